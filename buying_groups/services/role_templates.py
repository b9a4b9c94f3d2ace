"""What staff and clients can do with role templates (spec 3.4, reference 6.2).

A draft keeps what is not complete yet; a live template is final, its numbers of members too: whoever wants
another one makes it, and a solution interest for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from accounts import values
from accounts.errors import Conflict, User, require
from accounts.findings import Finding
from accounts.services import saving
from buying_groups.models import RoleTemplate, SolutionInterest, TemplateRole
from buying_groups.services import template_roles
from buying_groups.services.opening import allowing, opened

NOUN = gettext_lazy("A role template")


@transaction.atomic
def create(*, name: str, description: str = "", roles: Any = (), by: User, now: datetime) -> RoleTemplate:
    """A new template, as a draft. `roles`: cards as `template_roles` has them, in the order of priority.

    :raises PermissionDenied: if `by` may not add role templates
    :raises Invalid: if a value is wrong; a card may still wait for its condition
    """
    require(by, "buying_groups.add_roletemplate")
    saving.one_at_a_time()
    roles = list(roles) if isinstance(roles, tuple) else roles
    faults = [*saving.faults(RoleTemplate.objects.all(), NOUN, name, description)]
    saving.refuse([*faults, *template_roles.faults(roles)])
    template = RoleTemplate(
        name=values.tidy(name), description=description.strip(), created_at=now, updated_at=now,
        created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    saving.save(template, NOUN)
    _write(template, roles)
    return template


@transaction.atomic
def edit(
    template: RoleTemplate, *, name: str | None = None, description: str | None = None, roles: Any = None,
    by: User, now: datetime, unchanged_since: datetime | None = None,
) -> RoleTemplate:  # fmt: skip
    """Change what is given of a draft (None: as it is); `roles` are all of them, in the order of priority.

    `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change role templates
    :raises Conflict: `live` if it is final; `gone`
    :raises Invalid: as `create`
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_roletemplate")
    saving.one_at_a_time()
    current = opened(template, unchanged_since=unchanged_since)
    if current.status != RoleTemplate.Status.DRAFT:
        message = _("“%(name)s” is live, and so final; make a new role template.")
        raise Conflict("live", message % {"name": current.name}, allowed=allowed_actions(current))
    name = current.name if name is None else name
    description = current.description if description is None else description
    faults = [*saving.faults(RoleTemplate.objects.exclude(pk=current.pk), NOUN, name, description)]
    saving.refuse([*faults, *(template_roles.faults(roles) if roles is not None else ())])
    current.name, current.description, current.updated_at = values.tidy(name), description.strip(), now
    saving.save(current, NOUN)
    if roles is not None:
        _write(current, roles)
    return current


def set_roles(
    template: RoleTemplate, roles: Any, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> RoleTemplate:
    """Put these cards in the place of those that are there. Raises as `edit`."""
    return edit(template, roles=roles, by=by, now=now, unchanged_since=unchanged_since)


@transaction.atomic
def publish(
    template: RoleTemplate, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> RoleTemplate:
    """Make a draft live, for ever: solution interests can use it, and nothing of it changes any more.

    The condition of a role that is not assigned automatically is dropped: nobody would ask it.

    :raises PermissionDenied: if `by` may not publish role templates
    :raises Conflict: `not_draft` if it is live already; `gone`
    :raises Invalid: with each of its `problems`
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.publish_roletemplate")
    saving.one_at_a_time()
    current = opened(template, unchanged_since=unchanged_since)
    if not can_proceed(current.publish):
        message = _("The role template “%(name)s” is live already.") % {"name": current.name}
        raise Conflict("not_draft", message, allowed=allowed_actions(current))
    saving.refuse_any(problems(current))
    current.roles.filter(assigns_automatically=False).update(condition=None)
    current.publish(by=by, now=now)
    current.updated_at = now
    current.save()
    return current


def problems(template: RoleTemplate) -> list[Finding]:
    """Why a draft cannot be published; none of a live template."""
    if template.status != RoleTemplate.Status.DRAFT:
        return []
    return template_roles.problems(template.roles.select_related("role").order_by("priority"))


@transaction.atomic
def delete(template: RoleTemplate, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a template for good, a live one too, as long as no solution interest uses it.

    :raises PermissionDenied: if `by` may not delete role templates
    :raises Conflict: `in_use` by a solution interest
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_roletemplate")
    if not RoleTemplate.objects.filter(pk=template.pk).exists():
        return
    current = opened(template, unchanged_since=unchanged_since, to_delete=True)
    if found := used_by(current):
        raise allowing(saving.in_use(current.name, found), allowed_actions(current))
    current.delete()


def allowed_actions(template: RoleTemplate) -> list[str]:
    """What its state allows, whoever asks: a live one can only go, while nothing uses it."""
    found = ["edit", "publish"] if template.status == RoleTemplate.Status.DRAFT else []
    return found if used_by(template) else [*found, "delete"]


def used_by(template: RoleTemplate) -> list[str]:
    """The solution interests that use it."""
    names = SolutionInterest.objects.filter(template=template).order_by("name").values_list("name", flat=True)
    return [_("solution interest %(name)s") % {"name": name} for name in names]


def _write(template: RoleTemplate, cards: list[template_roles.Card]) -> None:
    template.roles.all().delete()
    rows = template_roles.made(cards)
    for row in rows:
        row.template = template
    TemplateRole.objects.bulk_create(rows)
