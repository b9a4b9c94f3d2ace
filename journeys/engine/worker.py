"""A worker: takes turns between the journeys that have somebody due, one batch each."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.db import connection, transaction

from accounts.sql import Sql, row, rows, sql
from journeys.engine import claim
from journeys.engine.failpoints import FailPoint, never
from journeys.engine.guard import off_record
from journeys.engine.move import Moved, move
from journeys.engine.poison import DIES_ALONE, Poison, is_of_the_moment, set_aside
from journeys.engine.version import ENGINE_VERSION

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SMALLEST = 50
# A batch that takes longer is made smaller next time: a stopped worker must not hold a fence for long.
LONGEST_BATCH = 1.0


def database_clock() -> datetime:
    """The database's time: all workers go by one clock."""
    found = row(sql("SELECT clock_timestamp()"))
    assert found is not None  # noqa: S101 - a SELECT without FROM has a row
    moment: datetime = found[0]
    return moment


class Worker:
    """Moves what is due. Any number of them may run at once, in one process or many."""

    def __init__(self, *, clock: Clock = database_clock, size: int = 5_000, fail: FailPoint = never) -> None:
        self.clock = clock
        self.size = size
        self.fail = fail
        self.poison = Poison()
        self.sizes: dict[int, int] = {}

    def move_due(self, *, until: Callable[[], bool] = lambda: False) -> Moved:
        """Move batches, one at least, until nobody is due or `until` says that it is enough; how many there were."""
        waiting = deque(due_journeys(self.clock()))
        if not waiting:
            return Moved()
        try:
            return self._take_turns(waiting, until)
        finally:
            off_record()

    def _take_turns(self, waiting: deque[tuple[int, int]], until: Callable[[], bool]) -> Moved:
        entries = visits = 0
        while waiting:
            journey_id, version_id = waiting.popleft()
            moved = self.move_batch(journey_id, version_id)
            if moved is not None:
                entries, visits = entries + moved.entries, visits + moved.visits
                waiting.append((journey_id, version_id))
            if until():
                break
        return Moved(entries, visits)

    def move_batch(self, journey_id: int, version_id: int) -> Moved | None:
        """Move one batch of a journey; None when it has none that this worker may move now."""
        size = self.sizes.get(journey_id, self.size)
        now = self.clock()
        picked = claim.pick(journey_id, size=size, now=now)
        if picked is None:
            return None
        if picked.deaths >= DIES_ALONE:
            with transaction.atomic():
                set_aside(
                    picked, journey_id, f"Its worker died {picked.deaths} times with this entry alone.", now
                )
            return Moved()
        return self._try(picked, journey_id, version_id, now)

    def _try(self, picked: claim.Picked, journey_id: int, version_id: int, now: datetime) -> Moved | None:
        began = monotonic()
        try:
            moved = move(picked, journey_id, version_id, now, self.fail)
        except Exception as error:  # whatever it was: the batch is tried again in halves, others go on
            return self._failed(picked, journey_id, error, now)
        self._adapt(journey_id, monotonic() - began, picked.size)
        self.poison.passed(moved.nodes)
        return None if moved.refused or not moved.entries else moved

    def _failed(self, picked: claim.Picked, journey_id: int, error: Exception, now: datetime) -> Moved | None:
        logger.warning("journey %s: a batch of %s failed: %s", journey_id, picked.size, error)
        if not connection.is_usable():
            connection.close()
        self.poison.handle(picked, journey_id, error, now)
        if not is_of_the_moment(error):
            return Moved()
        # Perhaps it took too long, or too much memory: the next one is smaller.
        self._adapt(journey_id, 2 * LONGEST_BATCH, picked.size)
        return None

    def _adapt(self, journey_id: int, seconds: float, picked: int) -> None:
        size = self.sizes.get(journey_id, self.size)
        if seconds > LONGEST_BATCH:
            self.sizes[journey_id] = max(SMALLEST, min(size, picked) // 2)
        elif size < self.size and seconds < LONGEST_BATCH / 4:
            self.sizes[journey_id] = min(self.size, size * 2)


def due_journeys(now: datetime) -> list[tuple[int, int]]:
    """Journeys (id, version) that may have somebody to move, and whose map this worker understands.

    Asked for the earliest time, not whether there is one: that takes the first of the index for each journey. For
    EXISTS the planner reads the whole table, journey by journey, once most entries belong to one of them.
    """
    found = rows(_due_journeys(now))
    return [(journey, version) for journey, version in found]


def _due_journeys(now: datetime) -> Sql:
    return sql(
        "SELECT journey.id, journey.version_id FROM journeys_journey AS journey"
        " JOIN journeys_mapversion AS version ON version.id = journey.version_id"
        " WHERE journey.status IN ('live', 'closed') AND journey.held_at IS NULL AND journey.deleted_at IS NULL"
        " AND version.engine <= {engine} AND NOT EXISTS (SELECT FROM journeys_enginestate WHERE held_at IS NOT NULL)"
        " AND ((SELECT min(entry.due_at) FROM journeys_entry AS entry WHERE entry.journey_id = journey.id"
        " AND entry.status = {active}) <= {now}"
        " OR EXISTS (SELECT FROM journeys_batch AS batch WHERE batch.journey_id = journey.id)) ORDER BY journey.id",
        engine=ENGINE_VERSION, active=claim.ACTIVE, now=now,
    )  # fmt: skip
