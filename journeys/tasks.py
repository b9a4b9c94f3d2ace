"""Where Celery comes in. Tasks carry nothing and call the engine once; losing or doubling one costs nothing."""

from __future__ import annotations

from functools import cache
from time import monotonic

from celery import shared_task
from django.conf import settings

from journeys import rounds
from journeys.engine.guard import guard_connections
from journeys.engine.worker import Worker


@cache
def _worker() -> Worker:
    """One a process: it remembers how large a batch may be and which entries failed alone."""
    guard_connections()
    return Worker(size=settings.ENGINE_BATCH_SIZE)


@shared_task
def advance(**_: object) -> None:
    """End who is in aborted journeys, then move due entries, until none is left or the time slice is over.

    Beat starts it every second.

    A retry is never asked of Celery: what must be tried again is still due.
    """
    end = monotonic() + settings.ENGINE_SLICE
    if not rounds.may_go_on(_worker().clock, until=lambda: monotonic() > end):
        return
    rounds.sweep(_worker().clock, until=lambda: monotonic() > end)
    _worker().move_due(until=lambda: monotonic() > end)


@shared_task
def admit(**_: object) -> None:
    """Start and end journeys by their times, let accounts in, keep lists up to date."""
    end = monotonic() + settings.ENGINE_SLICE
    if not rounds.may_go_on(_worker().clock, until=lambda: monotonic() > end):
        return
    rounds.keep_time(_worker().clock)
    rounds.admit(_worker().clock, until=lambda: monotonic() > end)


@shared_task
def keep_buying_groups(**_: object) -> None:
    """Make, maintain and score buying groups: what the night and staff have asked for."""
    end = monotonic() + settings.ENGINE_SLICE
    rounds.keep_buying_groups(_worker().clock, until=lambda: monotonic() > end)


@shared_task
def tidy(**_: object) -> None:
    """Fold counters, prune the change log, purge what was deleted, apply retention."""
    rounds.tidy(_worker().clock)
