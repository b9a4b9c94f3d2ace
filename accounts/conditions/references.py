"""References in conditions: stored with their id, shown by their name (accounts.references)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.conditions.grammar import Condition, Filter, map_filters
from accounts.conditions.lookup import Lookup
from accounts.references import Change, Found, collect, find, id_of, name_of, resources
from accounts.values import tidy

Reference = tuple[str, Any]


def map_references(condition: Condition, change: Change, lookup: Lookup | None = None) -> dict[str, Any]:
    """The condition with each reference as `change(resource, value)` gives it.

    `lookup`: for whoever asks for many conditions.
    """
    known = lookup or Lookup()

    def mapped(filter: Filter) -> Filter:
        field = known.field(filter["field"])
        return field.map_references(filter, change) if field else filter

    return map_filters(condition, mapped)


def references(condition: Condition, lookup: Lookup | None = None) -> list[Reference]:
    """All references of a condition, as (resource, value)."""
    return collect(lambda change: map_references(condition, change, lookup))


def pin_condition(condition: Condition) -> dict[str, Any]:
    """Names → `{"id", "name"}`, as conditions are stored; one query a resource.

    What has an id already keeps it while there is such a row, whatever its name is now.
    """
    found = _by_reference(references(condition))

    def pinned(resource: str, value: Any) -> Any:
        row = found.get(_key(resource, value)) or find(resource, name_of(value))
        return {"id": row.id, "name": row.name} if row else {"id": None, "name": name_of(value)}

    return map_references(condition, pinned)


def unpin_condition(condition: Condition) -> dict[str, Any]:
    """`{"id", "name"}` → the name now, or the last known one; one query a resource."""
    found = _by_reference(references(condition))

    def unpinned(resource: str, value: Any) -> Any:
        row = found.get(_key(resource, value))
        return row.name if row else name_of(value)

    return map_references(condition, unpinned)


def find_all(asked: Iterable[Reference]) -> list[Found | None]:
    """The row of each reference, None where there is none; two queries a resource at most."""
    asked = list(asked)
    found = _by_reference(asked)
    return [found.get(_key(resource, value)) for resource, value in asked]


def _key(resource: str, value: Any) -> tuple[str, int | str]:
    return resource, id_of(value) or name_of(value)


def _by_reference(asked: Iterable[Reference]) -> dict[tuple[str, int | str], Found]:
    keys: dict[str, set[int | str]] = defaultdict(set)
    for resource, value in asked:
        keys[resource].add(_key(resource, value)[1])
    rows = {resource: _found(resource, wanted) for resource, wanted in keys.items()}
    return {(resource, key): row for resource, found in rows.items() for key, row in found.items()}


def _found(resource: str, wanted: set[int | str]) -> dict[int | str, Found]:
    ids = [key for key in wanted if isinstance(key, int)]
    names = [key for key in wanted if isinstance(key, str)]
    by_id = resources()[resource].by_id(ids) if ids else {}
    rows: dict[int | str, Found] = {}
    for id, row in by_id.items():
        rows[id] = row
    by_name = resources()[resource].by_name(names) if names else {}
    for name in names:
        if found := by_name.get(tidy(name).lower()) or _folded_otherwise(resource, name):
            rows[name] = found
    return rows


def _folded_otherwise(resource: str, name: str) -> Found | None:
    """Rows come by the name that the database has made small; Python may fold it otherwise."""
    return None if name.isascii() else find(resource, name)
