"""What staff can do with entries that travel: take them out, or try failed ones again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.db import transaction

from accounts.errors import User, require
from journeys.engine import leave
from journeys.models import HistoryRecord, Journey
from journeys.services.opening import person


class Act(Protocol):
    def __call__(self, journey_id: int, entry_ids: Collection[int], *, now: datetime) -> int: ...


PERMISSION = "journeys.repair_journey"
# Entries that one transaction ends; more come in several.
AT_ONCE = 5_000


def remove(
    journey: Journey, *, entries: Collection[int], by: User, now: datetime, interface: HistoryRecord.Interface
) -> int:
    """End these entries as removed; how many were inside.

    :raises PermissionDenied: if `by` may not repair journeys
    """
    require(by, PERMISSION)
    ended = sum(_in_turn(leave.remove, journey, chunk, now) for chunk in _chunks(entries))
    _record(journey, "entries_removed", ended, by=by, now=now, interface=interface)
    return ended


def retry(
    journey: Journey, *, entries: Collection[int], by: User, now: datetime, interface: HistoryRecord.Interface
) -> int:
    """Make these failed entries due again; how many had failed.

    :raises PermissionDenied: if `by` may not repair journeys
    """
    require(by, PERMISSION)
    again = sum(_in_turn(leave.retry, journey, chunk, now) for chunk in _chunks(entries))
    _record(journey, "entries_retried", again, by=by, now=now, interface=interface)
    return again


@transaction.atomic
def _in_turn(act: Act, journey: Journey, chunk: list[int], now: datetime) -> int:
    """In a transaction of its own: moves of the rest of the journey go on in between."""
    return act(journey.pk, chunk, now=now)


def _chunks(entries: Collection[int]) -> list[list[int]]:
    ordered = sorted(set(entries))
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]


def _record(
    journey: Journey, what: str, n: int, *, by: User, now: datetime, interface: HistoryRecord.Interface
) -> None:
    if n:
        HistoryRecord.objects.create(
            journey=journey, at=now, by=person(by), interface=interface, what=what, detail={"entries": n}
        )
