"""How a journey and its targets stand, read in one statement after their fences were taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.sql import row, sql
from journeys.models import Journey


class NotReadCommitted(Exception):
    """The connection would read a status from before the lock (docs/engine.md, The fence)."""


def assert_read_committed() -> None:
    """Once at the start of a worker.

    :raises NotReadCommitted: if DATABASE_URL asks for another isolation level
    """
    found = row(sql("SHOW transaction_isolation"))
    if found != ("read committed",):
        raise NotReadCommitted(
            f"The engine needs the isolation level “read committed”, this connection has {found}."
        )


MOVING = frozenset({Journey.Status.LIVE, Journey.Status.CLOSED})


@dataclass(frozen=True)
class Target:
    """A journey that actions of this one add to or remove from."""

    id: int
    status: str
    version_id: int

    @property
    def is_live(self) -> bool:
        return self.status == Journey.Status.LIVE

    @property
    def may_move(self) -> bool:
        return self.status in MOVING


@dataclass(frozen=True)
class Standing:
    """A journey as it is under its fence."""

    journey_id: int
    status: str
    version_id: int
    time_zone: str
    held: bool
    re_entry: Mapping[str, Any]
    targets: Mapping[int, Target]
    # Nodes that are set aside, and when they are tried again.
    troubles: Mapping[int, datetime]

    @property
    def may_move(self) -> bool:
        return not self.held and self.status in MOVING

    @property
    def may_admit(self) -> bool:
        return not self.held and self.status == Journey.Status.LIVE


def stand(journey_id: int, targets: Collection[int] = ()) -> Standing:
    """Read how a journey stands. Call it after the lock, never in the same statement (docs/engine.md, The fence)."""
    found = row(sql(
        "SELECT status, coalesce(version_id, 0), time_zone,"
        " held_at IS NOT NULL OR deleted_at IS NOT NULL"
        " OR EXISTS (SELECT FROM journeys_enginestate WHERE held_at IS NOT NULL),"
        " re_entry_enabled, re_entry_timing, re_entry_delay, re_entry_delay_unit, re_entry_limit,"
        " (SELECT json_agg(json_build_array(id, status, coalesce(version_id, 0))) FROM journeys_journey"
        " WHERE id = ANY ({targets}::bigint[]) AND deleted_at IS NULL),"
        " (SELECT json_object_agg(node_id, retry_at) FROM journeys_nodetrouble WHERE journey_id = {id})"
        " FROM journeys_journey WHERE id = {id}",
        id=journey_id, targets=sorted(targets),
    ))  # fmt: skip
    if found is None:
        return Standing(journey_id, "", 0, "UTC", True, {}, {}, {})
    status, version, zone, held, enabled, timing, delay, unit, limit, others, troubles = found
    return Standing(
        journey_id, status, version, zone, held,
        {"enabled": enabled, "timing": timing, "delay": delay, "unit": unit, "limit": limit},
        {other: Target(other, its_status, its_version) for other, its_status, its_version in others or ()},
        {int(node): _moment(at) for node, at in (troubles or {}).items()},
    )  # fmt: skip


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    assert moment is not None  # noqa: S101 - the server wrote it
    return moment
