"""Published maps in memory. A version never changes, so what was loaded once stays right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from actions.registry import ACTIONS
from actions.types import Writes
from journeys.models import Node, Path, Reference
from journeys.nodes.frozen import FrozenNode, FrozenPath


@dataclass(frozen=True)
class FrozenMap:
    """The nodes in topological order, and the journeys that their actions add to or remove from."""

    version_id: int
    nodes: tuple[FrozenNode, ...]
    adds_to: frozenset[int]
    removes_from: frozenset[int]

    @property
    def start(self) -> FrozenNode:
        return self.nodes[0]

    @property
    def targets(self) -> frozenset[int]:
        return self.adds_to | self.removes_from

    @property
    def by_id(self) -> Mapping[int, FrozenNode]:
        return {node.id: node for node in self.nodes}

    @property
    def writes_people(self) -> bool:
        """Whether the batch must lock the people before it starts."""
        actions = [ACTIONS[node.action] for node in self.nodes if node.action]
        return any(Writes.PEOPLE in action.writes for action in actions)


@lru_cache(maxsize=200)
def load(version_id: int) -> FrozenMap:
    """The map of a version; four queries the first time."""
    references = Reference.objects.filter(version_id=version_id, target_journey__isnull=False)
    targets = list(references.values_list("target_journey_id", "adds"))
    return FrozenMap(
        version_id,
        tuple(_nodes(version_id)),
        adds_to=frozenset(journey for journey, adds in targets if adds),
        removes_from=frozenset(journey for journey, adds in targets if not adds),
    )


def _nodes(version_id: int) -> list[FrozenNode]:
    paths: dict[int, list[FrozenPath]] = {}
    for path in Path.objects.filter(node__version_id=version_id).order_by("node_id", "position"):
        frozen = FrozenPath(path.pk, path.key, path.condition, path.percentage, path.is_other, path.next_id)
        paths.setdefault(path.node_id, []).append(frozen)
    return [
        FrozenNode(
            node.pk,
            node.key,
            node.kind,
            node.on,
            node.action,
            node.settings,
            node.position,
            tuple(paths.get(node.pk, ())),
        )
        for node in Node.objects.filter(version_id=version_id).order_by("position")
    ]
