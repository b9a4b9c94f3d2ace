from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import references
from accounts.findings import Finding
from accounts.sql import sql
from actions import group_changes, group_members
from actions.base import Action, Batch, Outcome, skip_all
from actions.settings import Context, Reference
from actions.types import ActionType, Group, On, Reason
from buying_groups.models import TemplateRole

ROLE = Reference(
    "role", _("Role"), help=_("One of the solution interest's role template."), resource="buying_group_role"
)
OF_TEMPLATE = """
    EXISTS (SELECT FROM buying_groups_solutioninterest interest
        JOIN buying_groups_templaterole role ON role.template_id = interest.template_id
        WHERE interest.id = {interest} AND role.role_id = {role})
"""


class AssignToBuyingGroup(Action):
    """Give everybody of the account a role in its buying group, unless a higher source has the say (spec 2.2, 3.5)."""

    type = ActionType.ASSIGN_TO_BUYING_GROUP
    group = Group.BUYING_GROUPS
    on = On.PEOPLE
    settings = (group_changes.INTEREST, ROLE)

    def check(self, settings: Mapping[str, Any], context: Context) -> list[Finding]:
        found = super().check(settings, context)
        return found or _outside(settings, context)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        interest, role = (references.id_of(settings[name]) for name in ("solution_interest", "role"))
        if role is None:
            return skip_all(batch, Reason.REFERENCE_GONE)
        fits = sql(OF_TEMPLATE, interest=interest, role=role)
        return group_members.run(batch, interest, role, fits=fits, idle=Reason.ALREADY_MEMBER)


def _outside(settings: Mapping[str, Any], context: Context) -> list[Finding]:
    """Both are there, but the role is none of the template's (reference U 35)."""
    interest = context.find("solution_interest", settings["solution_interest"])
    role = context.find("buying_group_role", settings["role"])
    if interest is None or role is None:
        return []
    offered = TemplateRole.objects.filter(template__solution_interests=interest.id).order_by("priority")
    roles = dict(offered.values_list("role_id", "role__name"))
    if role.id in roles:
        return []
    message = _("“%(role)s” is none of the roles of “%(interest)s”: %(roles)s.") % {
        "role": role.name, "interest": interest.name, "roles": ", ".join(roles.values()),
    }  # fmt: skip
    return [ROLE.wrong("reference_unfit", message, refused=False)]
