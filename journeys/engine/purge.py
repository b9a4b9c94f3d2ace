"""Rows that nobody needs any more go in batches, so that nothing waits for them long."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.sql import name, row, run, sql
from journeys.models import Entry, Journey, Reference


def purge_deleted(*, size: int) -> int:
    """Remove what deleted journeys have left behind; how many journeys are gone for good."""
    gone = 0
    for journey in Journey.objects.filter(deleted_at__isnull=False).order_by("pk"):
        while _purge_entries(journey.pk, size):
            pass
        gone += _purge_journey(journey)
    return gone


@transaction.atomic
def _purge_entries(journey_id: int, size: int) -> int:
    """Visits before entries: a visit never outlives its entry, whenever the process dies."""
    found = row(sql(
        "WITH doomed AS MATERIALIZED (SELECT id FROM journeys_entry WHERE journey_id = {journey} LIMIT {size}"
        " FOR UPDATE SKIP LOCKED),"
        " visits AS (DELETE FROM journeys_visit USING doomed WHERE entry_id = doomed.id),"
        " failures AS (DELETE FROM journeys_entryfailure USING doomed WHERE entry_id = doomed.id),"
        " entries AS (DELETE FROM journeys_entry AS entry USING doomed WHERE entry.id = doomed.id RETURNING entry.id)"
        " SELECT count(*) FROM entries",
        journey=journey_id, size=size,
    ))  # fmt: skip
    return int(found[0]) if found else 0


@transaction.atomic
def _purge_journey(journey: Journey) -> bool:
    """Last the journey itself; False: somebody else is at its entries, the next round sees.

    Maps that point to it keep the name it had last: the home page says that accounts are skipped there.
    """
    if Entry.objects.filter(journey_id=journey.pk).exists():
        return False
    for table in ("journeys_counter", "journeys_counterdelta", "journeys_batch"):
        run(sql("DELETE FROM {table} WHERE journey_id = {journey}", table=name(table), journey=journey.pk))
    Reference.objects.filter(target_journey=journey).update(target_name=journey.name)
    Journey.objects.filter(pk=journey.pk).delete()
    return True


def expire_events(*, before: datetime, size: int) -> int:
    """Delete events that were received before an instant; how many. BRIN finds them."""
    total = 0
    while deleted := run(sql(
        "DELETE FROM accounts_event WHERE ctid IN"
        " (SELECT ctid FROM accounts_event WHERE received_at < {before} LIMIT {size})",
        before=before, size=size,
    )):  # fmt: skip
        total += deleted
    return total
