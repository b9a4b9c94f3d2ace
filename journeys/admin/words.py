from __future__ import annotations

from accounts.conditions.grammar import Condition, is_group
from accounts.conditions.lookup import Lookup
from accounts.conditions.phrases import group_words


def label_of(name: str, lookup: Lookup) -> str | None:
    """What people call a field; None when there is no such field (any more)."""
    known = lookup.field(name)
    return known.label if known else None


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
            parts.append(known.describe(item) if known else f"{item['field']} (no longer there)")
    return group_words(condition["match"], parts)
