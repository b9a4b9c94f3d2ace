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
    # From journey to journey of those that anybody is in, along the index of what is due: there may be a hundred
    # thousand journeys, of which few move.
    found = row(sql(
        "WITH RECURSIVE first (journey_id, due_at) AS ((SELECT journey_id, due_at FROM journeys_entry"
        " WHERE status = {active} AND due_at IS NOT NULL ORDER BY journey_id, due_at LIMIT 1)"
        " UNION ALL SELECT next.journey_id, next.due_at FROM first CROSS JOIN LATERAL ("
        " SELECT journey_id, due_at FROM journeys_entry WHERE status = {active} AND due_at IS NOT NULL"
        " AND journey_id > first.journey_id ORDER BY journey_id, due_at LIMIT 1) AS next)"
        " SELECT min(first.due_at) FROM first JOIN journeys_journey AS journey ON journey.id = first.journey_id"
        " WHERE first.due_at <= {now} AND journey.status IN ('live', 'closed') AND journey.held_at IS NULL",
        active=int(Entry.Status.ACTIVE), now=now,
    ))  # fmt: skip
    oldest = found[0] if found else None
    return max(now - oldest, timedelta()) if oldest else timedelta()
