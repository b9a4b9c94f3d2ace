"""What goes round all the time, above the services: times that come, audiences, moves, and tidying up.

`manage.py run_engine` does all of it, some of it side by side; the tasks of Celery each do a part. Any number of
processes may go round at once: each duty is safe to do twice, and who finds it being done leaves it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from django.conf import settings

from accounts import lists, notices, readers
from accounts.errors import Conflict
from buying_groups import pruning
from buying_groups import rounds as buying_groups
from journeys.engine import admit as admission
from journeys.engine import counters, identity, leave, purge, ready
from journeys.engine.poison import is_of_the_moment
from journeys.engine.worker import Clock, Worker
from journeys.models import Journey
from journeys.services import lifecycle

logger = logging.getLogger(__name__)

Until = Callable[[], bool]


@dataclass(frozen=True)
class Round:
    """What a round came to."""

    entered: int = 0
    moved: int = 0
    visits: int = 0
    # Runs of buying groups that were worked at.
    runs: int = 0

    def __bool__(self) -> bool:
        return bool(self.entered or self.moved or self.runs)


# Seconds that a part of a round may take before the others have their turn: what is due must not wait for a
# big audience, nor an audience for a big move.
SLICE = 1.0


def go_round(worker: Worker, *, until: Until = lambda: False) -> Round:
    """Everything once, one after the other."""
    done = advance(worker, until=until)
    runs = keep_buying_groups(worker.clock, until=_slice(until))
    tidy(worker.clock)
    return replace(done, runs=runs)


def advance(worker: Worker, *, until: Until = lambda: False) -> Round:
    """Journeys alone: times, admission, moves, times again (a journey may be finished now)."""
    if not may_go_on(worker.clock, until=_slice(until)):
        return Round()
    keep_time(worker.clock, until=_slice(until))
    entered = admit(worker.clock, until=_slice(until))
    moved = worker.move_due(until=_slice(until))
    keep_time(worker.clock, until=_slice(until))
    return Round(entered, moved.entries, moved.visits)


def may_go_on(clock: Clock, *, until: Until = lambda: False) -> bool:
    """Whether journeys may; held by staff, aborted ones are emptied all the same: an abort waits for nobody.

    Nothing happens in a restored or cloned database that nobody has resumed yet.
    """
    found = identity.look(clock())
    if found is identity.Found.HELD:
        sweep(clock, until=until)
    return found is identity.Found.WELL


def keep_buying_groups(clock: Clock, *, until: Until = lambda: False) -> int:
    """Work at the runs that the night and staff have asked for, unless the engine is held; at how many.

    It is here and not with buying groups: they know nothing of the engine's hold.
    """
    return buying_groups.go_round(clock, until) if identity.check(clock()) else 0


def _slice(until: Until) -> Until:
    end = monotonic() + SLICE
    return lambda: until() or monotonic() > end


def keep_time(clock: Clock, *, until: Until = lambda: False) -> None:
    """Start what is scheduled, close what has ended, finish what is done, sweep what was aborted."""
    for journey_id in ready.to_start(clock()):
        _quietly(lifecycle.start, journey_id, clock)
    for journey_id in ready.to_close(clock()):
        _quietly(lifecycle.close_at_end, journey_id, clock)
    sweep(clock, until=until)
    for journey_id in ready.to_finish():
        _quietly(lifecycle.finish, journey_id, clock)


class Act(Protocol):
    def __call__(self, journey: Journey, *, now: datetime) -> bool: ...


def _quietly(act: Act, journey_id: int, clock: Clock) -> None:
    """Somebody else was first, or is busy with the journey: the next round sees."""
    try:
        act(Journey(pk=journey_id), now=clock())
    except (Conflict, Journey.DoesNotExist) as busy:
        logger.info("journey %s is left for the next round: %s", journey_id, busy)


def admit(clock: Clock, *, until: Until = lambda: False) -> int:
    """Bring the dynamic lists up to date, then let accounts into every live journey; how many entered."""
    lists.refresh_due(now=clock())
    return sum(_admit(journey_id, clock, until) for journey_id in admission.open_journeys())


def _admit(journey_id: int, clock: Clock, until: Until) -> int:
    """An audience that cannot be read (a field of its condition is gone, say) stops no other journey."""
    try:
        return admission.admit(journey_id, clock=clock, until=until)
    except Exception as error:
        if is_of_the_moment(error):
            raise
        logger.exception("The audience of journey %s cannot be read.", journey_id)
        return 0


def sweep(clock: Clock, *, until: Until = lambda: False) -> None:
    """End the entries of aborted journeys, in batches, of one journey after the other."""
    unswept = Journey.objects.filter(status=Journey.Status.ABORTED, swept_at__isnull=True).order_by("id")
    for journey_id, aborted_at in unswept.values_list("pk", "ended_at"):
        while leave.sweep_aborted(journey_id, now=aborted_at or clock(), size=settings.ENGINE_BATCH_SIZE):
            if until():
                return
        leave.mark_swept(journey_id, now=clock())


def tidy(clock: Clock) -> None:
    """Fold the counters, prune the change log, purge deleted journeys, delete what retention says is old.

    Does nothing in a restored or cloned database that nobody has resumed yet.
    """
    if identity.is_copy():
        return
    counters.fold(clock())
    admission.forget_closed()
    readers.prune()
    purge.purge_deleted(size=settings.ENGINE_BATCH_SIZE)
    if settings.RETENTION_DAYS:
        before = clock() - timedelta(days=settings.RETENTION_DAYS)
        purge.expire_events(before=before, size=settings.ENGINE_BATCH_SIZE)
        pruning.expire_runs(before=before, size=settings.ENGINE_BATCH_SIZE)
        notices.expire(before=before)
