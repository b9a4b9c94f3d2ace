"""All that a new kind of node must know. A kind is one file here and one line in `registry.py`.

A kind has two sides: the document (what may be written, checked by `check`) and the walk (what happens to the
entries that arrive, a few statements for the whole batch).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from accounts.events import Source
from accounts.findings import Finding
from accounts.references import Change
from actions.base import Journeys, Outcome
from actions.settings import Context, Setting, check_settings, map_settings, schema_of
from journeys.models import Entry
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode, FrozenPath

Document = Mapping[str, Any]
"""One node of the document: key, kind, label, settings, `next` or `paths`."""


@dataclass(frozen=True)
class Travel:
    """The batch on its way: what is the same for all of it."""

    journey_id: int
    time_zone: str
    now: datetime
    source: Source
    journeys: Journeys


@dataclass(frozen=True)
class Way:
    """Entries that leave by one path; no path: the journey ends here, for this reason."""

    cohort: Cohort
    path: FrozenPath | None = None
    end: Entry.Reason = Entry.Reason.COMPLETED
    status: Entry.Status = Entry.Status.COMPLETED


@dataclass(frozen=True)
class Step:
    """What a node did with a cohort: who leaves by which path, and what an action did."""

    ways: Sequence[Way]
    outcome: Outcome | None = None
    # The node has appended the visits itself (it knew more of each than the walk does).
    visited: bool = False


@dataclass(frozen=True)
class Arrival:
    """Of those who arrived: who stays until when, and who goes on at once."""

    onward: Cohort = field(default_factory=Cohort)
    waiting: Sequence[tuple[datetime, Cohort]] = ()


class NodeKind(ABC):
    """One kind of node."""

    kind: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[Sequence[Setting]] = ()
    # Values that `on` may have; empty: the kind has none.
    on: ClassVar[Sequence[str]] = ()
    # The node has `paths`; else one `next`.
    has_paths: ClassVar[bool] = False

    # The document

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the settings."""
        return schema_of(self.settings)

    def check(self, node: Document, context: Context) -> list[Finding]:
        """What is wrong with the node in itself: settings, conditions, paths. The map is checked elsewhere."""
        found = check_settings(self.settings, node.get("settings") or {}, context)
        return [finding.under("settings") for finding in found]

    def map_references(self, node: Document, change: Change) -> dict[str, Any]:
        """The node with each reference replaced by what `change` makes of it."""
        if not node.get("settings"):
            return dict(node)
        return {**node, "settings": map_settings(self.settings, node["settings"], change)}

    def without_details(self, node: Document) -> dict[str, Any]:
        """The node for a duplicate without details (spec 1.6): settings back at their defaults."""
        return {**node, "settings": {}} if "settings" in node else dict(node)

    def summary(self, node: Document) -> str:
        """The settings in one line, for the outline of the map."""
        return ""

    # The walk

    def arrive(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        """Who must wait here, and who may go on. Most kinds let everybody on at once."""
        return Arrival(onward=cohort)

    @abstractmethod
    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        """Do what the node does, and say who leaves by which path."""


def by_way_out(node: FrozenNode, cohort: Cohort) -> list[Way]:
    """Everybody by the one path."""
    return [Way(cohort, node.way_out)]
