"""Several drafts of lists made live: which of them can be, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions.check import Checker
from accounts.conditions.dependencies import Dependencies
from accounts.findings import Finding, Place
from accounts.models import AccountList
from accounts.references import id_of

DRAFT, DYNAMIC = AccountList.Status.DRAFT, AccountList.Type.DYNAMIC


def in_order(rows: Sequence[AccountList]) -> list[AccountList]:
    """The lists, each behind those that its condition names: published one by one, none finds a draft there."""
    return Dependencies().in_order(rows)


def unfit(rows: Sequence[AccountList]) -> dict[int, str]:
    """Which of these lists cannot be published, and why, by their ids; `services.lists.publish` asks again.

    A list that only names others of them which go live with it can. As many queries for few as for many.
    """
    dependencies = Dependencies()
    drafts = {row.pk: row for row in rows if row.status == DRAFT}
    why = {row.pk: _("It is live already.") for row in rows if row.pk not in drafts}
    for pk, findings in _faults(drafts, dependencies).items():
        why[pk] = " ".join(dict.fromkeys(finding.message for finding in findings))
    while waiting := [pk for pk in drafts if pk not in why and _held_back(drafts, pk, why, dependencies)]:
        for pk in waiting:
            names = [drafts[other].name for other in _held_back(drafts, pk, why, dependencies)]
            why[pk] = _("It needs “%(list)s”, which is left out.") % {"list": names[0]}
    return why


def _faults(drafts: dict[int, AccountList], dependencies: Dependencies) -> dict[int, list[Finding]]:
    checker = _Checker(set(drafts))
    found: dict[int, list[Finding]] = {}
    for pk, row in drafts.items():
        if row.type != DYNAMIC:
            continue
        if not row.condition or not row.condition["filters"]:
            found[pk] = [Finding("missing", _("A dynamic list needs a condition."))]
        elif findings := checker.condition(row.condition, (pk,)):
            found[pk] = findings
        elif circle := dependencies.circle(("account_list", pk), row.condition):
            way = " → ".join(circle)
            found[pk] = [
                Finding("circle", _("The condition leads back to this list: %(way)s.") % {"way": way})
            ]
    for finding in checker.missing():
        found.setdefault(int(finding.at[0]), []).append(finding)
    return found


def _held_back(
    drafts: dict[int, AccountList], pk: int, why: dict[int, str], dependencies: Dependencies
) -> list[int]:
    """The drafts that its condition names and that are left out."""
    named = dependencies.named(drafts[pk].condition)
    return sorted(id for resource, id in named if resource == "account_list" and id in drafts and id in why)


class _Checker(Checker):
    """Takes lists that go live together for live."""

    def __init__(self, going: set[int]) -> None:
        super().__init__("account")
        self._going = going

    def refer(self, resource: str, value: Any, at: Place) -> None:
        if resource != "account_list" or id_of(value) not in self._going:
            super().refer(resource, value, at)
