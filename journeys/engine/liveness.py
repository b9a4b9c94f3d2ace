"""Is everybody on their way? Two numbers that are watched all the time (spec 5.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.sql import row, sql
from journeys.models import Entry


def asleep() -> int:
    """Active entries that nothing will ever wake: no due time. Zero, or something is broken."""
    found = row(sql(
        "SELECT count(*) FROM journeys_entry AS entry JOIN journeys_journey AS journey ON journey.id = entry.journey_id"
        " WHERE entry.status = {active} AND entry.due_at IS NULL AND journey.status IN ('live', 'closed')",
        active=int(Entry.Status.ACTIVE),
    ))  # fmt: skip
    return int(found[0]) if found else 0


def lag(now: datetime) -> timedelta:
    """How long the entry that waits longest has been due, in journeys that are not held."""
    found = row(sql(
        "SELECT min(first.due_at) FROM journeys_journey AS journey CROSS JOIN LATERAL (SELECT due_at"
        " FROM journeys_entry AS entry WHERE entry.journey_id = journey.id AND entry.status = {active}"
        " AND entry.due_at IS NOT NULL ORDER BY due_at LIMIT 1) AS first"
        " WHERE journey.status IN ('live', 'closed') AND journey.held_at IS NULL",
        active=int(Entry.Status.ACTIVE),
    ))  # fmt: skip
    oldest = found[0] if found else None
    return max(now - oldest, timedelta()) if oldest else timedelta()
