"""How an entry stands: an abort is true from its commit, before its rows are swept (docs/engine.md, The fence)."""

from __future__ import annotations

from journeys.models import Entry, Journey


def is_aborted(journey: Journey) -> bool:
    """Whether nobody is inside any more, whatever the rows of its entries say."""
    return journey.status == Journey.Status.ABORTED


def as_it_stands(entry: Entry) -> Entry:
    """The entry with what the sweeper will write into its row, if its journey (which it holds) has been aborted."""
    if entry.status in Entry.INSIDE and is_aborted(entry.journey):
        entry.status, entry.reason = Entry.Status.ABORTED, Entry.Reason.JOURNEY_ABORTED
        entry.due_at = entry.woken_by = entry.reenter_at = None
        entry.ended_at = max(entry.arrived_at, entry.journey.ended_at or entry.arrived_at)
    return entry
