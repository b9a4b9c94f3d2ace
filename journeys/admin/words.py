"""Words for what is stored as codes and plain data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.conditions.grammar import Condition, is_group
from accounts.conditions.lookup import Lookup
from accounts.conditions.phrases import group_words

# Why an entry ended, and why an action did nothing for somebody, by their codes.
REASONS = {
    "completed": _("completed"),
    "no_path_matched": _("no path matched"),
    "timed_out": _("timed out"),
    "removed_by_staff": _("removed by staff"),
    "removed_by_journey": _("removed by journey"),
    "journey_aborted": _("journey aborted"),
    "target_not_live": _("target not live"),
    "already_inside": _("already inside"),
    "re_entry_not_allowed": _("re-entry not allowed"),
    "already_member": _("already member"),
    "not_a_member": _("not a member"),
    "not_inside": _("not inside"),
    "reference_gone": _("reference gone"),
    "value_not_allowed": _("value not allowed"),
    "no_buying_group": _("no buying group"),
    "no_stage_model": _("no stage model"),
    "transition_not_allowed": _("transition not allowed"),
    "overruled": _("overruled by hand"),
    "partly_overruled": _("overruled by hand, or nothing to do"),
}


def reason_of(code: object) -> str:
    """The words for the code of a reason."""
    return str(REASONS.get(str(code), str(code).replace("_", " ")))


def value_of(value: Any) -> str:
    """A plain value in words."""
    if value is None or value == "":
        return str(_("nothing"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return f"{value:,}"
    return ", ".join(value_of(item) for item in value) if isinstance(value, list) else str(value)


def label_of(name: str, lookup: Lookup) -> str | None:
    """What people call a field; None when there is no such field (any more)."""
    known = lookup.field(name)
    return str(known.label) if known else None


def in_words(condition: Condition | None, lookup: Lookup) -> str:
    """Like `conditions.describe`, for many conditions: what is read from the database is read once a `Lookup`."""
    if not condition:
        return ""
    parts = []
    for item in condition["filters"]:
        if is_group(item):
            parts.append(f"({in_words(item, lookup)})")
        else:
            known = lookup.field(item["field"])
            parts.append(
                known.describe(item) if known else _("%(name)s (no longer there)") % {"name": item["field"]}
            )
    return group_words(condition["match"], parts)
