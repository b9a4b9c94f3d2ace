"""Why a condition holds for an account, or does not, as a page says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import conditions
from accounts.admin import cells
from accounts.conditions.lookup import Lookup
from accounts.models import Account


@dataclass(frozen=True)
class Part:
    """A filter or a group with its verdict; `seen` is what the filter saw, in words."""

    verdict: bool
    text: str
    match: str
    seen: str
    parts: Sequence[Part]


def of_account(condition: Any, account: Account, *, now: datetime) -> Part | None:
    """The tree; None when the account has just been deleted.

    :raises CannotCompile: if a field is gone, or audiences form a circle
    """
    found = conditions.explain(condition, account_id=account.pk, now=now)
    return _part(found, Lookup()) if found is not None else None


def _part(part: conditions.Explained, lookup: Lookup) -> Part:
    seen = _seen(part, lookup) if part.field else ""
    return Part(part.verdict, part.text, part.match, seen, [_part(inner, lookup) for inner in part.parts])


def _seen(part: conditions.Explained, lookup: Lookup) -> str:
    """What the filter saw: for lists and audiences whether the account is one of them, for buying groups, events …
    whether there is such a one.
    """
    field = lookup.field(part.field)
    if isinstance(part.seen, bool) and field is not None and field.type == "set":
        return _("there is one") if part.seen else _("there is none")
    if isinstance(part.seen, bool) and field is not None and field.type == "reference":
        return _("it is") if part.seen else _("it is not")
    if part.seen is None or part.seen == "":
        return _("it is empty")
    if isinstance(part.seen, bool):
        return _("it is: yes") if part.seen else _("it is: no")
    said = cells.amount(part.seen) if isinstance(part.seen, int | float) else str(part.seen)
    return _("it is %s") % said
