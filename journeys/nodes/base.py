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

from django.utils.functional import Promise

from accounts.events import Source
from accounts.findings import Finding, Place
from accounts.references import Change
from actions.base import Journeys, Labels, Outcome, unlabelled
from actions.settings import Context, Setting, check_settings, map_settings, schema_of
from journeys.models import Entry
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode, FrozenPath

Document = Mapping[str, Any]
"""One node of the document: key, kind, label, settings, `next` or `paths`."""


@dataclass(frozen=True)
class Asked:
    """A condition in a node: what it is about ("account", "person"), and its place in the node."""

    about: str
    condition: Any
    at: Place


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


@dataclass(frozen=True)
class Exits:
    """When an account that arrives now leaves, and what would be the next moments: instants in UTC.

    `time_zone`: whose clocks they are read by. `is_of_account`: each account goes by its own zone; these are the
    exits of one that has none, so that the journey's stands for it.
    """

    moments: Sequence[datetime] = field(default_factory=list)
    time_zone: str = ""
    is_of_account: bool = False


class NodeKind(ABC):
    """One kind of node."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    settings: ClassVar[Sequence[Setting]] = ()
    # Values that `on` may have; empty: the kind has none.
    on: ClassVar[Sequence[str]] = ()
    # The node has `paths`; else one `next`.
    has_paths: ClassVar[bool] = False
    # Keys of a path, in the order of the file.
    path_keys: ClassVar[Sequence[str]] = ()

    # The document. Before these are called, keys and types of the node and its paths have been checked
    # (journeys/document/shape.py).

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the settings."""
        return schema_of(self.settings)

    def variants(self) -> list[dict[str, Any]]:
        """The JSON Schemas of what a node of this kind has of its own, one for each form that it can take."""
        on = {"on": {"enum": list(self.on)}} if self.on else {}
        return [{**on, "settings": self.schema()}]

    def declared(self, node: Document) -> Sequence[Setting]:
        """The settings that this node may have."""
        return self.settings

    def check(self, node: Document, context: Context) -> list[Finding]:
        """What is wrong with the node in itself: settings, paths; not its conditions, nor the map."""
        found = check_settings(self.declared(node), node.get("settings") or {}, context)
        return [finding.under("settings") for finding in found]

    def check_time(self, node: Document, now: datetime) -> list[Finding]:
        """What time alone has made wrong: a date that has passed."""
        return []

    def warnings(self, node: Document) -> list[Finding]:
        """What looks like an oversight and blocks nothing (spec 1.5)."""
        return []

    def conditions(self, node: Document) -> list[Asked]:
        """The conditions in the node; `journeys.document` checks and maps those of all nodes together."""
        return []

    def map_references(self, node: Document, change: Change) -> dict[str, Any]:
        """The node with each reference in its settings, not in its conditions, as `change` makes it."""
        if not node.get("settings"):
            return dict(node)
        return {**node, "settings": map_settings(self.declared(node), node["settings"], change)}

    def without_details(self, node: Document) -> dict[str, Any]:
        """The node for a duplicate without details (spec 1.6): settings back at their defaults."""
        return {**node, "settings": {}} if "settings" in node else dict(node)

    def summary(self, node: Document, labels: Labels = unlabelled) -> str:
        """The settings in one line, for the outline of the map."""
        return ""

    def next_exits(self, node: Document, *, now: datetime, time_zone: str) -> Exits:
        """When time lets accounts go on from here (1.8); none of a node that keeps nobody, or is not complete.

        `time_zone`: the journey's.
        """
        return Exits(time_zone=time_zone)

    def prepare(self, node: Document) -> dict[str, Any]:
        """What publishing freezes of the settings, references pinned."""
        return dict(node.get("settings") or {})

    # The walk

    def arrive(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        """Who must wait here, and who may go on. Most kinds let everybody on at once."""
        return Arrival(onward=cohort)

    def resume(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Arrival:
        """The same for those who are due at a node that was in trouble: they came to it without `arrive`."""
        return Arrival(onward=cohort)

    @abstractmethod
    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        """Do what the node does, and say who leaves by which path."""


def by_way_out(node: FrozenNode, cohort: Cohort) -> list[Way]:
    """Everybody by the one path."""
    return [Way(cohort, node.way_out)]
