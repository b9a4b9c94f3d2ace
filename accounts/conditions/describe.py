"""A condition in one line of plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions import phrases
from accounts.conditions.grammar import Condition, is_group, shown
from accounts.conditions.lookup import Lookup


def describe(condition: Condition, lookup: Lookup | None = None) -> str:
    """ "Industry is Banking or Insurance, and Employees at least 10,000"; without filters "everyone".

    `lookup`: for whoever asks for many conditions.
    """
    return _group(condition, lookup or Lookup())


def _group(group: Condition, lookup: Lookup) -> str:
    parts = [
        f"({_group(item, lookup)})" if is_group(item) else _filter(item, lookup) for item in group["filters"]
    ]
    return phrases.group_words(group["match"], parts)


def _filter(filter: Mapping[str, Any], lookup: Lookup) -> str:
    field = lookup.field(filter["field"])
    return (
        field.describe(filter)
        if field
        else _("%(field)s (no longer there)") % {"field": shown(filter["field"])}
    )
