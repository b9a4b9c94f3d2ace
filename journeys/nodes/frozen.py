"""A published map in memory: what a worker needs of its rows, loaded once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FrozenPath:
    id: int
    key: str
    condition: Mapping[str, Any] | None
    percentage: int | None
    is_other: bool
    next_id: int | None


@dataclass(frozen=True)
class FrozenNode:
    id: int
    key: str
    kind: str
    on: str
    action: str
    settings: Mapping[str, Any]
    position: int
    paths: tuple[FrozenPath, ...]

    @property
    def way_out(self) -> FrozenPath:
        """The one path of a node that does not split."""
        return self.paths[0]
