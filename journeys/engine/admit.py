"""Accounts come in by the audience: all of them once, then those that changed, those that time turned, and those
whose re-entry delay has run out (spec 5.2, "Audiences").

Every transaction holds the journey's fence shared and its admission alone; it inserts entries that are due at
once and walks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from accounts import readers
from accounts.errors import Conflict
from accounts.events import Source
from accounts.models import ChangeReader, Event
from accounts.sql import Sql, join, row, rows, run, sql
from journeys.engine import audience, enter, fence, maps
from journeys.engine.audience import AnyAudience
from journeys.engine.state import Standing, stand
from journeys.engine.version import ENGINE_VERSION
from journeys.models import Journey

CHUNK = 10_000
# How often everybody is looked at when nobody can tell whom the time turned (spec 3.2).
SWEEP_EVERY = timedelta(minutes=15)

Clock = Callable[[], datetime]
Until = Callable[[], bool]


def open_journeys() -> list[int]:
    """Live journeys whose audience is still read."""
    return [journey for (journey,) in rows(sql(
        "SELECT journey.id FROM journeys_journey AS journey JOIN journeys_mapversion AS version"
        " ON version.id = journey.version_id WHERE journey.status = 'live' AND journey.held_at IS NULL"
        " AND journey.deleted_at IS NULL AND version.engine <= {engine}"
        " AND (journey.mode = 'continuous' OR journey.audience_read_at IS NULL)"
        " AND NOT EXISTS (SELECT FROM journeys_enginestate WHERE held_at IS NOT NULL) ORDER BY journey.id",
        engine=ENGINE_VERSION,
    ))]  # fmt: skip


def admit(journey_id: int, *, clock: Clock, until: Until = lambda: False) -> int:
    """Let everybody in who qualifies now; how many entered."""
    try:
        return Admission(journey_id, clock).run(until)
    except Conflict:
        return 0


def reader_name(journey_id: int) -> str:
    return f"journey:{journey_id}"


class NotNow(Exception):
    """The journey is fenced, held or not live: its admission is left for the next round."""


class Admission:
    """One look at a journey's audience."""

    def __init__(self, journey_id: int, clock: Clock) -> None:
        self.journey = Journey.objects.only("version_id", "mode").get(pk=journey_id)
        self.clock = clock
        assert self.journey.version_id is not None  # noqa: S101 - open_journeys gives published ones
        self.start = maps.load(self.journey.version_id).start

    def run(self, until: Until) -> int:
        who = audience.of_node(self.start)
        if who is None:
            return 0
        try:
            return self._run(who, until)
        except NotNow:
            return 0

    def _run(self, who: AnyAudience, until: Until) -> int:
        reader = readers.open(reader_name(self.journey.pk), revision=who.revision, now=self.clock())
        if reader.revision != who.revision:
            reader = readers.restart(reader, revision=who.revision, now=self.clock())
        entered = self._sweep(who, until) if reader.sweep_cursor is not None else 0
        if self.journey.mode == Journey.Mode.ONCE:
            return entered
        return entered + self._changed(who) + self._by_time(who)

    def _sweep(self, who: AnyAudience, until: Until) -> int:
        """Everybody, in chunks, one at least; goes on where an earlier look was left."""
        entered, left = 0, True
        while left:
            with transaction.atomic():
                standing, reader = self._fenced()
                left = reader.sweep_cursor is not None
                if reader.sweep_cursor is not None:
                    entered += self._chunk(who, standing, reader)
            if until():
                break
        if entered >= CHUNK:
            # The first batches are planned by these statistics (docs/engine.md, Plans and pages).
            run(Sql("ANALYZE journeys_entry"))
        return entered

    def _chunk(self, who: AnyAudience, standing: Standing, reader: ChangeReader) -> int:
        now = self.clock()
        end = who.chunk_end(reader.sweep_cursor or 0, CHUNK)
        entered = 0
        if end is not None:
            entered = self._enter(who.between(reader.sweep_cursor or 0, end, now), standing, now)
        reader.sweep_cursor = end
        reader.swept_at, reader.looked_at = reader.swept_at or now, reader.looked_at or now
        reader.save(update_fields=["sweep_cursor", "swept_at", "looked_at"])
        if end is None and self.journey.mode == Journey.Mode.ONCE:
            Journey.objects.filter(pk=self.journey.pk).update(audience_read_at=now)
        return entered

    def _changed(self, who: AnyAudience) -> int:
        """Those that changed since the last look."""
        reader = ChangeReader.objects.get(name=reader_name(self.journey.pk))
        changes = readers.read(reader)
        if changes.restarted:
            readers.restart(reader, revision=who.revision, now=self.clock())
            return 0
        entered = sum(self._those(who, ids) for ids in changes.batches())
        readers.advance(reader, changes)
        return entered

    def _by_time(self, who: AnyAudience) -> int:
        """Those whom the passing of time may have let in: by a moving condition, or by a re-entry delay run out."""
        reader = ChangeReader.objects.get(name=reader_name(self.journey.pk))
        now = self.clock()
        since = reader.looked_at or now
        crossing = who.crossings(since, now)
        if crossing is None and now - (reader.swept_at or now) >= SWEEP_EVERY:
            readers.restart(reader, revision=who.revision, now=now)
        entered = sum(self._those(who, ids) for ids in self._turned(crossing, since, now))
        ChangeReader.objects.filter(pk=reader.pk).update(looked_at=now)
        return entered

    def _turned(self, crossing: Sql | None, since: datetime, now: datetime) -> Iterator[list[int]]:
        """The accounts concerned, a batch at a time. What qualifies later is found when it changes."""
        delayed = sql(
            "SELECT account_id FROM journeys_entry WHERE journey_id = {journey}"
            " AND reenter_at > {since} AND reenter_at <= {now}",
            journey=self.journey.pk, since=since, now=now,
        )  # fmt: skip
        concerned = join(" UNION ", [delayed, crossing] if crossing else [delayed])
        last = 0
        while ids := [account for (account,) in rows(sql(
            "SELECT id FROM ({concerned}) AS concerned (id) WHERE id > {last} ORDER BY id LIMIT {size}",
            concerned=concerned, last=last, size=readers.BATCH,
        ))]:  # fmt: skip
            yield ids
            last = ids[-1]

    def _those(self, who: AnyAudience, ids: list[int]) -> int:
        return self._few(lambda now: who.among(ids, now))

    def _few(self, candidates: Callable[[datetime], Sql]) -> int:
        with transaction.atomic():
            standing, _ = self._fenced()
            now = self.clock()
            return self._enter(candidates(now), standing, now)

    def _fenced(self) -> tuple[Standing, ChangeReader]:
        """:raises NotNow: if the journey is being closed or aborted right now, is held, or is not live"""
        if not fence.try_shared(fence.MOVING, [self.journey.pk]):
            raise NotNow
        fence.alone(self.journey.pk, kind=fence.ADMITTING)
        standing = stand(self.journey.pk, [self.journey.pk])
        if not standing.may_admit:
            raise NotNow
        return standing, ChangeReader.objects.get(name=reader_name(self.journey.pk))

    def _enter(self, candidates: Sql, standing: Standing, now: datetime) -> int:
        target = standing.targets[self.journey.pk]
        source = Source(Event.Source.JOURNEY, self.journey.pk)
        found = row(enter.enter(
            target, candidates, source=source, now=now, result=Sql("SELECT count(*) FROM entered")
        ))  # fmt: skip
        entered = int(found[0]) if found else 0
        enter.count_entered(target, entered)
        return entered


def forget_closed() -> None:
    """Whose audience is not read any more holds no changes back."""
    run(Sql(
        "DELETE FROM accounts_changereader AS reader WHERE reader.name LIKE 'journey:%%' AND NOT EXISTS"
        " (SELECT FROM journeys_journey AS journey WHERE 'journey:' || journey.id = reader.name"
        " AND journey.status = 'live' AND journey.deleted_at IS NULL)"
    ))  # fmt: skip
