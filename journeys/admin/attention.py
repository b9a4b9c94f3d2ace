"""What needs somebody: each item says what is wrong, since when, and leads to where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journeys.admin import door
from journeys.engine import liveness
from journeys.models import EngineState, Entry, HistoryRecord, Journey, NodeTrouble, Reference
from journeys.reports import failures

# Of each sort.
SHOWN = 5
# An engine that has not gone round for so long stands still; entries that wait longer than this are late.
STILL, LATE = timedelta(minutes=2), timedelta(minutes=1)
LATELY = timedelta(days=7)
Status = Journey.Status
MOVING = (Status.LIVE, Status.CLOSED)


@dataclass(frozen=True)
class Item:
    """One thing to look at; `level` is "bad" or "look"."""

    level: str
    icon: str
    title: str
    text: str = ""
    url: str = ""
    action: str = ""


def engine(now: datetime) -> dict[str, Any]:
    """How the engine is doing."""
    state = EngineState.objects.select_related("held_by").filter(pk=1).first() or EngineState()
    last = state.last_round_at
    return {
        "state": state, "lag": liveness.lag(now), "asleep": liveness.asleep(), "last": last,
        "still": last is None or now - last > STILL,
    }  # fmt: skip


def items(state: dict[str, Any], now: datetime, more: Iterable[Item] = ()) -> list[Item]:
    """What is worst first; `state` is that of the engine, `more` what others have found."""
    found = [
        *_engine(state, now), *_troubles(now), *_failed(), *_held(now), *_late(now), *_gone(), *more,
    ]  # fmt: skip
    return sorted(found, key=lambda item: item.level != "bad")


def _engine(found: dict[str, Any], now: datetime) -> Iterator[Item]:
    state: EngineState = found["state"]
    if state.held_at:
        text = _held_since(state.held_because, timesince(state.held_at, now), state.held_by)
        title = _("The engine is held: nobody moves")
        yield Item("bad", "pause_circle", title, text, door.to("engine"), _("Release"))
    elif found["still"] and Journey.objects.published().exists():
        last = found["last"]
        since = (
            _("Its last round was %(time)s ago. Start a worker.") % {"time": timesince(last, now)}
            if last
            else _("It has not gone round yet. Start a worker.")
        )
        yield Item("bad", "motion_photos_off", _("The engine is not running"), since)
    elif found["lag"] > LATE:
        text = _("An entry has been due for %(time)s.") % {"time": timesince(now - found["lag"], now)}
        yield Item("look", "hourglass_bottom", _("Entries wait for a worker"), text)
    if found["asleep"]:
        text = ngettext(
            "%(n)s active entry has no due time: nothing wakes it. Run `manage.py verify`.",
            "%(n)s active entries have no due time: nothing wakes them. Run `manage.py verify`.",
            found["asleep"],
        ) % {"n": f"{found['asleep']:,}"}
        yield Item("bad", "bedtime", _("Entries without a wake-up"), text)


def _held_since(because: str, time: str, who: object) -> str:
    said = {"because": because, "time": time, "who": who}
    if who:
        return _("%(because)s Since %(time)s by %(who)s.") % said
    return _("%(because)s Since %(time)s.") % said


def _troubles(now: datetime) -> Iterator[Item]:
    """Nodes at which everybody fails."""
    moving = NodeTrouble.objects.filter(journey__status__in=MOVING, journey__deleted_at__isnull=True)
    for trouble in moving.select_related("journey", "node").order_by("since")[:SHOWN]:
        text = ngettext(
            "%(error)s For %(time)s, tried %(n)s time.",
            "%(error)s For %(time)s, tried %(n)s times.",
            trouble.attempts,
        ) % {"error": trouble.error[:200], "time": timesince(trouble.since, now), "n": trouble.attempts}
        url = f"{door.to('change', trouble.journey_id)}#node-{trouble.node.key}"
        names = {"journey": trouble.journey, "node": trouble.node}
        yield Item(
            "bad", "report", _("“%(journey)s” stands still at “%(node)s”") % names, text, url, _("Open")
        )


def _failed() -> Iterator[Item]:
    """Entries that were set aside, by journey."""
    for found in failures.worst(SHOWN):
        url = f"{door.to('entries', found.journey_id)}?status={int(Entry.Status.FAILED)}"
        text = _("They are set aside, until somebody tries them again or removes them.")
        yield Item("bad", "error", _failures(found), text, url, _("Look at them"))


def _failures(found: failures.Failures) -> str:
    said = {"n": f"{found.n:,}", "journey": found.name}
    if not found.is_exact:
        return _("More than %(n)s entries have failed in “%(journey)s”") % said
    title = ngettext(
        "%(n)s entry has failed in “%(journey)s”", "%(n)s entries have failed in “%(journey)s”", found.n
    )
    return title % said


def _held(now: datetime) -> Iterator[Item]:
    held = Journey.objects.published().filter(held_at__isnull=False).select_related("held_by")
    for journey in held.order_by("held_at")[:SHOWN]:
        text = _held_since(journey.held_because, timesince(journey.held_at or now, now), journey.held_by)
        title = _("“%(journey)s” is held") % {"journey": journey}
        yield Item("look", "pause_circle", title, text, door.to("change", journey.pk), _("Open"))


def _late(now: datetime) -> Iterator[Item]:
    """Scheduled journeys that the engine started late."""
    lately = Journey.objects.published().filter(status__in=MOVING, starts_at__gte=now - LATELY)
    records = HistoryRecord.objects.filter(
        journey__in=lately, what="started", detail__has_key="late_by_seconds"
    )
    for record in records.select_related("journey").order_by("-at")[:SHOWN]:
        start = record.at - timedelta(seconds=int(record.detail["late_by_seconds"]))
        text = _("%(time)s after its start.") % {"time": timesince(start, record.at)}
        title = _("“%(journey)s” started late") % {"journey": record.journey}
        yield Item("look", "schedule", title, text, door.to("history", record.journey_id), _("History"))


def _gone() -> Iterator[Item]:
    """Actions that name a journey which is not live (any more): accounts are skipped there."""
    target = Q(target_journey__deleted_at__isnull=False) | ~Q(
        target_journey__status__in=(*MOVING, Status.SCHEDULED)
    )
    adds_to_closed = Q(adds=True, target_journey__status=Status.CLOSED)
    # Purged, that is: only its name is left.
    purged = Q(target_journey__isnull=True) & ~Q(target_name="")
    found = Reference.objects.filter(
        (Q(target_journey__isnull=False) & (target | adds_to_closed)) | purged,
        version__journey__status__in=MOVING,
        version__journey__deleted_at__isnull=True,
    )
    for reference in found.select_related("version__journey", "node", "target_journey").order_by("pk")[
        :SHOWN
    ]:
        journey, other = reference.version.journey, reference.target_journey
        is_there = other is not None and other.deleted_at is None
        state = str(other.get_status_display()).lower() if other and is_there else _("deleted")
        text = _("“%(node)s” names “%(other)s”, which is %(state)s: accounts are skipped there.") % {
            "node": reference.node, "other": other or reference.target_name, "state": state,
        }  # fmt: skip
        url = f"{door.to('change', journey.pk)}#node-{reference.node.key}"
        title = _("“%(journey)s” points to a journey that is not live") % {"journey": journey}
        yield Item("look", "link_off", title, text, url, _("Open"))
