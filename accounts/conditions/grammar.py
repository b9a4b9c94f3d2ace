"""The shape of a condition: groups of filters and groups (spec 1.9), and how large one may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

MAX_FILTERS = 25  # in one group
MAX_DEPTH = 5  # groups in groups, nested groups of set-like fields included
MAX_FILTERS_IN_ALL = 250
MATCHES = ("all", "any")

Filter = Mapping[str, Any]
Condition = Mapping[str, Any]


def is_group(item: Any) -> bool:
    """Whether an item of `filters` is a group (else it is a filter)."""
    return isinstance(item, Mapping) and "filters" in item and "field" not in item


def filters(condition: Condition) -> Iterator[Filter]:
    """All filters of a checked condition, at any depth; not what is inside a set-like filter."""
    for item in condition["filters"]:
        if is_group(item):
            yield from filters(item)
        else:
            yield item


def map_filters(condition: Condition, change: Callable[[Filter], Any]) -> dict[str, Any]:
    """The same condition with each filter as `change` gives it."""
    items = [map_filters(item, change) if is_group(item) else change(item) for item in condition["filters"]]
    return {**condition, "filters": items}


def shown(value: Any) -> str:
    """A value from outside as a message may quote it: short, and always text that can be stored and sent."""
    text = str(value).encode("utf-8", "replace").decode().replace("\0", "�")
    return text if len(text) <= 60 else text[:59] + "…"
