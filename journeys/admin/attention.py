"""What needs somebody: each item says what is wrong, since when, and leads to where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

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


def items(state: dict[str, Any], now: datetime) -> list[Item]:
    """What is worst first; `state` is that of the engine."""
    found = [
        *_engine(state, now), *_troubles(now), *_failed(), *_held(now), *_late(now), *_gone(),
    ]  # fmt: skip
    return sorted(found, key=lambda item: item.level != "bad")


def _engine(found: dict[str, Any], now: datetime) -> Iterator[Item]:
    state: EngineState = found["state"]
    if state.held_at:
        who = f" by {state.held_by}" if state.held_by else ""
        text = f"{state.held_because} Since {timesince(state.held_at, now)}{who}."
        yield Item(
            "bad",
            "pause_circle",
            str(_("The engine is held: nobody moves")),
            text,
            door.to("engine"),
            str(_("Release")),
        )
    elif found["still"] and Journey.objects.published().exists():
        since = (
            f"Its last round was {timesince(found['last'], now)} ago."
            if found["last"]
            else "It has not gone round yet."
        )
        yield Item(
            "bad", "motion_photos_off", str(_("The engine is not running")), f"{since} Start a worker."
        )
    elif found["lag"] > LATE:
        text = f"An entry has been due for {timesince(now - found['lag'], now)}."
        yield Item("look", "hourglass_bottom", str(_("Entries wait for a worker")), text)
    if found["asleep"]:
        text = f"{found['asleep']:,} active entries have no due time: nothing wakes them. Run `manage.py verify`."
        yield Item("bad", "bedtime", str(_("Entries without a wake-up")), text)


def _troubles(now: datetime) -> Iterator[Item]:
    """Nodes at which everybody fails."""
    moving = NodeTrouble.objects.filter(journey__status__in=MOVING, journey__deleted_at__isnull=True)
    for trouble in moving.select_related("journey", "node").order_by("since")[:SHOWN]:
        text = f"{trouble.error[:200]} For {timesince(trouble.since, now)}, tried {trouble.attempts} times."
        url = f"{door.to('change', trouble.journey_id)}#node-{trouble.node.key}"
        yield Item(
            "bad",
            "report",
            f"“{trouble.journey}” stands still at “{trouble.node}”",
            text,
            url,
            str(_("Open")),
        )


def _failed() -> Iterator[Item]:
    """Entries that were set aside, by journey."""
    for found in failures.worst(SHOWN):
        url = f"{door.to('entries', found.journey_id)}?status={int(Entry.Status.FAILED)}"
        entries = "entry has" if found.n == 1 else "entries have"
        more = "" if found.is_exact else "More than "
        text = "They are set aside, until somebody tries them again or removes them."
        title = f"{more}{found.n:,} {entries} failed in “{found.name}”"
        yield Item("bad", "error", title, text, url, str(_("Look at them")))


def _held(now: datetime) -> Iterator[Item]:
    held = Journey.objects.published().filter(held_at__isnull=False).select_related("held_by")
    for journey in held.order_by("held_at")[:SHOWN]:
        who = f" by {journey.held_by}" if journey.held_by else ""
        text = f"{journey.held_because} Since {timesince(journey.held_at or now, now)}{who}."
        yield Item(
            "look",
            "pause_circle",
            f"“{journey}” is held",
            text,
            door.to("change", journey.pk),
            str(_("Open")),
        )


def _late(now: datetime) -> Iterator[Item]:
    """Scheduled journeys that the engine started late."""
    lately = Journey.objects.published().filter(status__in=MOVING, starts_at__gte=now - LATELY)
    records = HistoryRecord.objects.filter(
        journey__in=lately, what="started", detail__has_key="late_by_seconds"
    )
    for record in records.select_related("journey").order_by("-at")[:SHOWN]:
        start = record.at - timedelta(seconds=int(record.detail["late_by_seconds"]))
        text = f"{timesince(start, record.at)} after its start."
        yield Item(
            "look",
            "schedule",
            f"“{record.journey}” started late",
            text,
            door.to("history", record.journey_id),
            str(_("History")),
        )


def _gone() -> Iterator[Item]:
    """Actions that name a journey which is not live (any more): accounts are skipped there."""
    target = Q(target_journey__deleted_at__isnull=False) | ~Q(
        target_journey__status__in=(*MOVING, Status.SCHEDULED)
    )
    adds_to_closed = Q(adds=True, target_journey__status=Status.CLOSED)
    found = Reference.objects.filter(
        target | adds_to_closed, target_journey__isnull=False, version__journey__status__in=MOVING
    )
    found = found.filter(version__journey__deleted_at__isnull=True)
    for reference in found.select_related("version__journey", "node", "target_journey").order_by("pk")[
        :SHOWN
    ]:
        journey, other = reference.version.journey, reference.target_journey
        if other is None:
            continue
        state = "deleted" if other.deleted_at else str(other.get_status_display()).lower()
        text = f"“{reference.node}” names “{other}”, which is {state}: accounts are skipped there."
        url = f"{door.to('change', journey.pk)}#node-{reference.node.key}"
        yield Item(
            "look", "link_off", f"“{journey}” points to a journey that is not live", text, url, str(_("Open"))
        )
