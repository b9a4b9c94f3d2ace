"""One batch, one transaction: fence, status, claim, walk, write, commit.

This is the engine's whole promise in one place: what a batch does is there at the commit or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.events import Source
from accounts.models import Event
from accounts.sql import EMPTY, Sql, join, run, sql
from journeys.engine import claim, counters, enter, fence, maps, write
from journeys.engine.failpoints import FailPoint, never
from journeys.engine.maps import FrozenMap
from journeys.engine.reentry import ReEntry
from journeys.engine.state import Standing, stand
from journeys.engine.walk import Journal, walk
from journeys.models import Entry, What
from journeys.nodes.base import Travel


@dataclass(frozen=True)
class Moved:
    """What a batch came to. `refused`: the journey is fenced, held or not live; leave it for now.

    `nodes` are those that it left behind.
    """

    entries: int = 0
    visits: int = 0
    refused: bool = False
    nodes: tuple[int, ...] = field(default_factory=tuple)


def move(
    picked: claim.Picked, journey_id: int, version_id: int, now: datetime, fail: FailPoint = never
) -> Moved:
    """Move the entries of a picked batch as far as they can go, and take the batch off the record.

    :raises walk.NodeFailed: if a node raises; nothing has changed then, the batch is still on record
    """
    frozen = maps.load(version_id)
    with transaction.atomic():
        fail("before:claim")
        standing = _admitted(journey_id, frozen)
        if standing is None:
            _done_with(picked)
            return Moved(refused=True)
        moved = _move_claimed(picked, frozen, standing, now, fail)
        fail("before:commit")
    fail("after:commit")
    return moved


def _admitted(journey_id: int, frozen: FrozenMap) -> Standing | None:
    """Under the fences of the journey and its targets: how all of them stand; None if they may not be entered."""
    if not fence.try_shared(fence.MOVING, {journey_id, *frozen.targets}):
        return None
    if not fence.try_shared(fence.ADMITTING, frozen.adds_to):
        return None
    standing = stand(journey_id, frozen.targets)
    return standing if standing.may_move else None


def _move_claimed(
    picked: claim.Picked, frozen: FrozenMap, standing: Standing, now: datetime, fail: FailPoint
) -> Moved:
    claimed = claim.claim(picked, now)
    fail("after:claim")
    if not claimed:
        _done_with(picked)
        return Moved()
    if frozen.writes_people:
        claim.lock_people(claimed)
    source = Source(Event.Source.JOURNEY, standing.journey_id)
    journeys = enter.Port(standing, source, now)
    travel = Travel(standing.journey_id, standing.time_zone, now, source, journeys)
    journal = walk(frozen, claimed, travel, troubles=standing.troubles, fail=fail)
    _write(picked, journal, standing, source, now)
    _clear_troubles(standing, journal, now)
    entries = sum(cohort.n for cohort in claimed.values())
    left = {node: n for (node, what), n in journal.counts.items() if what == What.LEFT}
    return Moved(entries, sum(left.values()), nodes=tuple({*left, *journal.resumed}))


def _write(picked: claim.Picked, journal: Journal, standing: Standing, source: Source, now: datetime) -> None:
    """Two statements, whatever happened: the visits, then all else that does not ask for them."""
    for note in journal.ended:
        what = What.REMOVED if note.status == Entry.Status.REMOVED else What.COMPLETED
        journal.counts[0, what] += note.cohort.n
    re_entry = ReEntry(**standing.re_entry, time_zone=standing.time_zone)
    write.visits(journal, now)
    _done_with(
        picked,
        placed=write.entries(journal, re_entry, now),
        completed=write.completed_events(journal, source, now),
        changed=write.account_changes(journal),
        counted=counters.insert(standing.journey_id, journal.counts),
    )
    write.re_entries(journal, re_entry, now)


def _clear_troubles(standing: Standing, journal: Journal, now: datetime) -> None:
    """A node that was set aside and let a batch through is well again.

    It stays in trouble as long as somebody is due there: they are to be taken up again (`NodeKind.resume`), which
    nothing but the trouble says.
    """
    mended = [node for node in standing.troubles if node in journal.resumed]
    if mended:
        run(sql(
            "DELETE FROM journeys_nodetrouble AS trouble WHERE node_id = ANY ({nodes}) AND NOT EXISTS (SELECT"
            " FROM journeys_entry AS entry WHERE entry.node_id = trouble.node_id AND entry.status = {active}"
            " AND entry.due_at <= {now})",
            nodes=mended, active=int(Entry.Status.ACTIVE), now=now,
        ))  # fmt: skip


def _done_with(picked: claim.Picked, **beside: Sql) -> None:
    """Take the batch off the record, with what else is to be written."""
    parts = [
        sql("{name} AS ({statement})", name=Sql(name), statement=statement)
        for name, statement in beside.items()
        if statement
    ]
    first = sql("WITH {parts} ", parts=join(", ", parts)) if parts else EMPTY
    run(sql("{first}DELETE FROM journeys_batch WHERE id = {id}", first=first, id=picked.id))
