"""Which journeys the system has to start, close or finish now; the service that does it asks again, fenced."""

from __future__ import annotations

from datetime import datetime

from accounts.sql import Sql, rows, sql
from journeys.models import Entry

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")

# In the order of an index and with OFFSET 0: one look into that index for each journey. Else the planner joins the
# entries of all journeys, or reads the whole table for each journey once most entries belong to one of them.
NOBODY_INSIDE = sql(
    "NOT EXISTS (SELECT FROM journeys_entry AS entry WHERE entry.journey_id = journey.id AND entry.status IN {inside}"
    " ORDER BY entry.account_id OFFSET 0)",
    inside=INSIDE,
)
NOT_HELD = Sql("journey.held_at IS NULL AND journey.deleted_at IS NULL")


def to_start(now: datetime) -> list[int]:
    """Scheduled journeys whose start has come."""
    return _ids(sql("journey.status = 'scheduled' AND journey.starts_at <= {now}", now=now))


def to_close(now: datetime) -> list[int]:
    """Live journeys whose end has come."""
    return _ids(sql("journey.status = 'live' AND journey.ends_at <= {now}", now=now))


def to_finish() -> list[int]:
    """Closed journeys with nobody inside; live ones that were read once, had somebody in, and get nobody more."""
    return _ids(finishable())


def may_finish(journey_id: int) -> bool:
    """Whether this one may finish; to be asked under its fence."""
    return bool(_ids(sql("journey.id = {id} AND ({finishable})", id=journey_id, finishable=finishable())))


def finishable() -> Sql:
    return sql(
        "{nobody} AND (journey.status = 'closed' OR (journey.status = 'live' AND journey.mode = 'once'"
        " AND journey.audience_read_at IS NOT NULL"
        " AND EXISTS (SELECT FROM journeys_entry AS entry WHERE entry.journey_id = journey.id"
        " ORDER BY entry.status OFFSET 0)"
        " AND NOT EXISTS (SELECT FROM journeys_reference AS reference JOIN journeys_mapversion AS version"
        " ON version.id = reference.version_id JOIN journeys_journey AS other ON other.version_id = version.id"
        " WHERE reference.target_journey_id = journey.id AND reference.adds AND other.deleted_at IS NULL"
        " AND other.status IN ('scheduled', 'live', 'closed'))))",
        nobody=NOBODY_INSIDE,
    )


def _ids(condition: Sql) -> list[int]:
    found = rows(sql(
        "SELECT journey.id FROM journeys_journey AS journey WHERE journey.status IN ('scheduled', 'live', 'closed')"
        " AND {not_held} AND {condition} ORDER BY journey.id",
        not_held=NOT_HELD, condition=condition,
    ))  # fmt: skip
    return [journey_id for (journey_id,) in found]
