"""References of a whole map at once: two queries a resource, however many nodes.

Drafts store `{"id", "name"}` (accounts.references), so that a list that was renamed since is found again and
shown by its new name; files and clients see names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from accounts import references
from accounts.conditions.grammar import Filter, map_filters
from accounts.conditions.lookup import Lookup
from accounts.conditions.references import find_all
from accounts.references import Change, Found, id_of, name_of
from accounts.values import tidy
from journeys.models import Journey
from journeys.nodes.registry import KINDS

Reference = tuple[str, Any]
Node = Mapping[str, Any]
OWN = 0
"""In the place of the id of a journey that does not exist yet and refers to itself by its name."""


class Known:
    """What the references of a map stand for, looked up together.

    `own_name`: what a journey that is being imported calls itself; a reference to that name is one to itself.
    """

    def __init__(self, asked: Iterable[Reference], *, own_name: str = "") -> None:
        asked = list(asked)
        self._own_name = tidy(own_name).casefold()
        self._found = {_key(*reference): row for reference, row in zip(asked, find_all(asked), strict=True)}
        # A row that is gone, or was not there yet, may have come again under its name.
        lost = [
            (resource, name_of(value)) for resource, value in asked if not self._found[_key(resource, value)]
        ]
        self._again = {_key(*reference): row for reference, row in zip(lost, find_all(lost), strict=True)}

    def find(self, resource: str, value: Any) -> Found | None:
        """The row that a reference (pinned, or a name) stands for; one not asked for before is looked up."""
        if resource == "journey" and self._own_name and tidy(name_of(value)).casefold() == self._own_name:
            return Found(OWN, name_of(value), is_live=False, kind="draft")
        key = _key(resource, value)
        if key not in self._found:
            self._found[key] = references.find(resource, value)
        return self._found[key] or self._again.get((resource, name_of(value)))

    def pin(self, resource: str, value: Any) -> Any:
        if value == "":
            return value  # a form left empty: missing, not a name
        found = self.find(resource, value)
        return {"id": found.id, "name": found.name} if found else {"id": None, "name": name_of(value)}

    def unpin(self, resource: str, value: Any) -> str:
        found = self.find(resource, value)
        return found.name if found else name_of(value)


def _key(resource: str, value: Any) -> tuple[str, int | str]:
    return resource, id_of(value) or name_of(value)


def map_references(nodes: Sequence[Node], change: Change) -> list[dict[str, Any]]:
    """The nodes with each reference in settings and conditions as `change` gives it."""
    lookup = Lookup()
    return [_map_node(node, change, lookup) for node in nodes]


def _map_node(node: Node, change: Change, lookup: Lookup) -> dict[str, Any]:
    def mapped(filter: Filter) -> Filter:
        field = lookup.field(filter["field"])
        return field.map_references(filter, change) if field else filter

    kind = KINDS[node["kind"]]
    copy = deepcopy(kind.map_references(node, change))
    for asked in kind.conditions(node):
        holder: Any = copy
        for step in asked.at[:-1]:
            holder = holder[step]
        holder[asked.at[-1]] = map_filters(asked.condition, mapped)
    return copy


def collect(nodes: Sequence[Node]) -> list[Reference]:
    """All references of the nodes, as (resource, value)."""
    return references.collect(lambda change: map_references(nodes, change))


def collect_by_node(nodes: Sequence[Node]) -> list[list[Reference]]:
    """The references of each node."""
    lookup = Lookup()
    return [_collect_node(node, lookup) for node in nodes]


def _collect_node(node: Node, lookup: Lookup) -> list[Reference]:
    return references.collect(lambda change: _map_node(node, change, lookup))


def collect_from_settings(nodes: Iterable[Node]) -> list[Reference]:
    """Those in settings only: conditions look up their own when they are checked."""
    return references.collect(
        lambda change: [KINDS[node["kind"]].map_references(node, change) for node in nodes]
    )


def pin(nodes: Sequence[Node], *, own_name: str = "") -> list[dict[str, Any]]:
    """Names → `{"id", "name"}`. What is pinned keeps its id while there is such a row, else goes by name."""
    return map_references(nodes, Known(collect(nodes), own_name=own_name).pin)


def turned(nodes: Sequence[Node], former: int, journey: Journey) -> list[dict[str, Any]]:
    """The pinned nodes with references to the journey of this former id turned to another one."""

    def turn(resource: str, value: Any) -> Any:
        own = resource == "journey" and id_of(value) == former
        return {"id": journey.pk, "name": journey.name} if own else value

    return map_references(nodes, turn)


def unpin(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """`{"id", "name"}` → the names now; what is gone keeps its last known one."""
    return map_references(nodes, Known(collect(nodes)).unpin)
