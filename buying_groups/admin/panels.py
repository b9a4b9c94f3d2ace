"""The buying groups of an account, and those of a person, on their own pages (`settings.ACCOUNT_PANELS`, …)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import door
from accounts.admin.counting import EXACT_TO, many
from accounts.conditions import CannotCompile
from accounts.models import Account, Person
from buying_groups import personas
from buying_groups.admin import group_page, scores
from buying_groups.models import BuyingGroup, GroupMember, Persona
from buying_groups.reports import roles
from buying_groups.reports.leaving import leaving

VIEW = "buying_groups.view_buyinggroup"
SHOWN = 20
Panel = Mapping[str, Any] | None


def of_account(request: HttpRequest, account: Account) -> Panel:
    """Its groups by solution interest, each with what it lacks; nothing for whoever may not see groups."""
    if not door.may(request, VIEW):
        return None
    found = BuyingGroup.objects.filter(account=account).select_related(
        "solution_interest", "stage", "account"
    )
    groups = list(found.order_by("solution_interest__name")[: SHOWN + 1])
    states = roles.of_groups(groups[:SHOWN])
    rows = [
        {
            "group": group,
            "completeness": scores.bar(group.completeness),
            "engagement": scores.whole(group.engagement),
            "missing": [state.name for state in roles.missing(states[group.pk])],
            "url": door.to(group, "change", group.pk),
        }
        for group in groups[:SHOWN]
    ]
    context = {"rows": rows, "all_url": _all(account) if len(groups) > SHOWN else ""}
    return {
        "title": _("Buying groups"),
        "template": "buying_groups/admin/account_panel.html",
        "context": context,
    }


def goes_with(account_ids: Collection[int]) -> tuple[str, str]:
    """What of buying groups goes with accounts that are deleted (buying_groups.members.leave)."""
    groups = BuyingGroup.objects.filter(account_id__in=account_ids)[: EXACT_TO + 1].count()
    return "groups", _("Buying groups: %s, with their members, scores and history.") % many(groups)


def ends_with(person_ids: Collection[int]) -> list[tuple[str, str]]:
    """What of buying groups ends with people who are deleted (buying_groups.members.leave)."""
    found = leaving(person_ids)
    if not found.groups:
        return [("groups", str(_("They are in no buying groups.")))]
    by_role = ", ".join(f"{role} {n:,}" for role, n in found.by_role.items())
    left = _("They leave buying groups: %(n)s (%(roles)s).") % {"n": f"{found.groups:,}", "roles": by_role}
    falls = _("The completeness of buying groups falls: %s.") % f"{found.falling:,}"
    return [("groups", left), *([("checklist", falls)] if found.falling else [])]


def of_person(request: HttpRequest, person: Person) -> Panel:
    """The groups that they are in, and were; nothing for whoever may not see groups."""
    if not door.may(request, VIEW):
        return None
    found = GroupMember.objects.filter(person=person).select_related(
        "group__solution_interest", "group__account", "role", "person"
    )
    members = list(found.order_by("is_removed", "-changed_at", "group_id")[: SHOWN + 1])
    rows = [
        {"line": line, "url": door.to(line.member.group, "change", line.member.group_id)}
        for line in group_page.told(members[:SHOWN])
    ]
    return {
        "title": _("Buying groups"),
        "template": "buying_groups/admin/person_panel.html",
        "context": {"rows": rows, "has_more": len(members) > SHOWN, "persona": _persona(person)},
    }


def _persona(person: Person) -> Persona | None:
    """The persona that they have now; what cannot be asked for is not worth the page."""
    try:
        return personas.of_person(person.pk, now=timezone.now())
    except CannotCompile:
        return None


def _all(account: Account) -> str:
    return f"{door.to(BuyingGroup, 'changelist')}?{urlencode({'q': account.name})}"
