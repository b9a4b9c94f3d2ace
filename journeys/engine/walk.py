"""A claimed batch goes through the map, node by node, for as long as it need not wait.

Every node is a few statements for all entries that reach it. What happened is noted in a `Journal`, and written
at the end of the batch by `journeys.engine.move`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.base import Outcome
from actions.registry import ACTIONS
from journeys.engine.failpoints import FailPoint, never
from journeys.engine.maps import FrozenMap
from journeys.models import Entry, What
from journeys.nodes.base import Step, Travel
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode, FrozenPath
from journeys.nodes.registry import KINDS


class NodeFailed(Exception):
    """A node raised: which one, and (as the cause) what."""

    def __init__(self, node: FrozenNode, error: Exception) -> None:
        super().__init__(f"{node.key}: {error}")
        self.node = node
        self.error = error


@dataclass(frozen=True)
class VisitNote:
    """A cohort left a node by one path."""

    node: FrozenNode
    path: FrozenPath | None
    cohort: Cohort
    outcome: Outcome | None


@dataclass(frozen=True)
class ParkNote:
    """A cohort stays at a node until its time."""

    node: FrozenNode
    due: datetime
    cohort: Cohort


@dataclass(frozen=True)
class EndNote:
    """A cohort's way ends at a node."""

    node: FrozenNode
    status: Entry.Status
    reason: Entry.Reason
    cohort: Cohort


@dataclass
class Journal:
    """What happened to a batch, to be written at its end."""

    visits: list[VisitNote] = field(default_factory=list)
    parked: list[ParkNote] = field(default_factory=list)
    ended: list[EndNote] = field(default_factory=list)
    counts: Counter[tuple[int, What]] = field(default_factory=Counter)
    # Those whose accounts an action may have changed.
    changed: list[Cohort] = field(default_factory=list)
    # Nodes in trouble that took up those who waited for the new try.
    resumed: set[int] = field(default_factory=set)


def walk(
    frozen: FrozenMap, claimed: Mapping[int, Cohort], travel: Travel, *,
    troubles: Mapping[int, datetime], fail: FailPoint = never,
) -> Journal:  # fmt: skip
    """Take the claimed entries as far as they can go.

    :param troubles: nodes that are set aside (id → when to try again); who reaches one waits before it
    :raises NodeFailed: if a node raises; the transaction must be rolled back
    """
    journal, arriving = Journal(), dict[int, Cohort]()
    for node in frozen.nodes:
        present = claimed.get(node.id, Cohort())
        arrivals = arriving.pop(node.id, Cohort())
        if not (present or arrivals):
            continue
        try:
            fail(f"before:{node.kind}")
            if node.id in troubles:
                present = _resume(node, present, travel, journal)
            present += _arrive(node, arrivals, travel, troubles, journal)
            if present:
                _leave(node, present, travel, journal, arriving)
            fail(f"after:{node.kind}")
        except Exception as error:
            raise NodeFailed(node, error) from error
    return journal


def _resume(node: FrozenNode, present: Cohort, travel: Travel, journal: Journal) -> Cohort:
    """Who of those that wait before a node in trouble goes on, now that it is tried again."""
    if not present:
        return present
    resumed = KINDS[node.kind].resume(node, present, travel)
    journal.parked.extend(ParkNote(node, due, cohort) for due, cohort in resumed.waiting)
    journal.resumed.add(node.id)
    return resumed.onward


def _arrive(
    node: FrozenNode, arrivals: Cohort, travel: Travel, troubles: Mapping[int, datetime], journal: Journal
) -> Cohort:
    """Who of the arrivals goes on at once; the others are noted as parked."""
    if not arrivals:
        return arrivals
    journal.counts[node.id, What.ENTERED] += arrivals.n
    if node.id in troubles:
        journal.parked.append(ParkNote(node, troubles[node.id], arrivals))
        return Cohort()
    arrival = KINDS[node.kind].arrive(node, arrivals, travel)
    journal.parked.extend(ParkNote(node, due, cohort) for due, cohort in arrival.waiting)
    return arrival.onward


def _leave(
    node: FrozenNode, leaving: Cohort, travel: Travel, journal: Journal, arriving: dict[int, Cohort]
) -> None:
    step = KINDS[node.kind].leave(node, leaving, travel)
    journal.counts[node.id, What.LEFT] += leaving.n
    _note_outcome(node, leaving, step, journal)
    for way in step.ways:
        if not step.visited:
            journal.visits.append(VisitNote(node, way.path, way.cohort, step.outcome))
        if way.path is None or way.path.next_id is None:
            journal.ended.append(EndNote(node, way.status, way.end, way.cohort))
        else:
            arriving[way.path.next_id] = arriving.get(way.path.next_id, Cohort()) + way.cohort.onward()


def _note_outcome(node: FrozenNode, leaving: Cohort, step: Step, journal: Journal) -> None:
    if step.outcome is None:
        return
    journal.counts[node.id, What.DONE] += step.outcome.n_done
    journal.counts[node.id, What.SKIPPED] += step.outcome.n_skipped
    if ACTIONS[node.action].changes_accounts and step.outcome.n_done:
        journal.changed.append(leaving)
