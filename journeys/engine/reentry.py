"""When an account may enter again: reckoned when its entry ends, and kept with it (spec 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import changes
from accounts.sql import Sql, join, rows, run, sql
from journeys.models import Journey
from journeys.nodes.timing import exit_time


@dataclass(frozen=True)
class ReEntry:
    """The re-entry settings of a published journey."""

    enabled: bool
    timing: str
    delay: int
    unit: str
    limit: int
    time_zone: str

    def after(self, moment: datetime) -> datetime:
        """The delay counted from a moment: hours elapse, days are steps of the calendar in the journey's zone."""
        if self.unit == Journey.DelayUnit.HOURS:
            return moment + timedelta(hours=self.delay)
        settings = {"duration": {"value": self.delay, "unit": self.unit}}
        return exit_time(settings, moment, journey_zone=self.time_zone)

    def column(self, now: datetime) -> Sql:
        """What `reenter_at` becomes for an entry that ends now, over the row `entry`; NULL: not known yet."""
        if not self.enabled or self.timing != Journey.ReEntryTiming.FROM_END:
            return Sql("NULL::timestamptz")
        return sql(
            "CASE WHEN entry.number < {limit} THEN {at}::timestamptz END",
            limit=self.limit,
            at=self.after(now),
        )

    def settle(self, entries: Sql, now: datetime) -> None:
        """Set `reenter_at` of entries (a SELECT of ids) that ended just now, where it counts from the start.

        Admission lets thousands in at one moment, so the distinct starts are few.
        """
        if not self.enabled or self.timing != Journey.ReEntryTiming.FROM_START:
            return
        starts = rows(
            sql("SELECT DISTINCT started_at FROM journeys_entry WHERE id IN ({entries})", entries=entries)
        )
        if not starts:
            return
        values = [
            sql("({start}::timestamptz, {at}::timestamptz)", start=s, at=self.after(s)) for (s,) in starts
        ]
        run(sql(
            "UPDATE journeys_entry AS entry SET reenter_at = known.at FROM (VALUES {values}) AS known (start, at)"
            " WHERE entry.id IN ({entries}) AND entry.started_at = known.start AND entry.number < {limit}",
            values=join(", ", values), entries=entries, limit=self.limit,
        ))  # fmt: skip
        # Whose delay has passed already is not found by looking at delays that run out from now on.
        run(changes.mark_statement(sql(
            "SELECT account_id FROM journeys_entry WHERE id IN ({entries}) AND reenter_at <= {now}",
            entries=entries, now=now,
        )))  # fmt: skip
