"""When a wait ends: pure functions over instants and zones (spec 1.7, 1.8).

All is reckoned here, in Python, once for each distinct node and zone of a batch; the one zone database is
that of `zoneinfo`, never PostgreSQL's beside it (docs/engine.md, Time). Instants come out aware, in UTC.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

ACCOUNT_ZONE = "account"
"""In place of an IANA zone: the account's own."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ELAPSED = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
CALENDAR_DAYS = {"days": 1, "weeks": 7}

SMALLEST = timedelta(microseconds=1)
# Longest that no local day comes: a zone that skips a date has at most the next allowed weekday a week later.
LOOK_AHEAD = 16


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: object) -> bool:
    """Whether this is the exact name of an IANA zone."""
    return isinstance(name, str) and name in _zones()


def uses_account_zone(settings: Mapping[str, Any]) -> bool:
    """Whether the exit depends on the zone of the account, so that it must be reckoned for each zone."""
    window = settings.get("must_end_on") or {}
    return ACCOUNT_ZONE in (settings.get("time_zone"), window.get("time_zone"))


def exit_time(
    settings: Mapping[str, Any], arrived: datetime, *, journey_zone: str, account_zone: str = ""
) -> datetime:
    """When an account that arrived then leaves: the first moment that satisfies all that the wait asks for.

    `account_zone` is used where the settings say "account"; empty or unknown, the journey's stands for it.
    Never before `arrived`; exactly that when nothing keeps the account.
    """
    zone, window_zone = _zones_of(settings, journey_zone, account_zone)
    moment = arrived.astimezone(UTC)
    if duration := settings.get("duration"):
        moment = after(moment, duration["value"], duration["unit"], zone)
    if until := settings.get("until"):
        moment = max(moment, datetime.fromisoformat(until).astimezone(UTC))
    if window := settings.get("must_end_on"):
        moment = _next_in_window(window, moment, window_zone)
    return moment


def next_exits(
    settings: Mapping[str, Any], now: datetime, *, journey_zone: str, account_zone: str = "", count: int = 5
) -> list[datetime]:
    """The preview of a wait: the exit of an account that arrives now, then the window's next moments.

    A wait without a window has the one exit.
    """
    zones = {"journey_zone": journey_zone, "account_zone": account_zone}
    exits = [exit_time(settings, now, **zones)]
    if window := settings.get("must_end_on"):
        _, zone = _zones_of(settings, journey_zone, account_zone)
        while len(exits) < count:
            exits.append(_next_in_window(window, exits[-1] + SMALLEST, zone))
    return exits


def zone_of_exits(settings: Mapping[str, Any], *, journey_zone: str) -> str:
    """The zone whose clocks people read the exits by: that of the window, else of the duration, else the journey's,
    which stands for the account's own, too."""
    return _zones_of(settings, journey_zone, "")[1].key


def after(moment: datetime, value: int, unit: str, zone: ZoneInfo) -> datetime:
    """The moment that much later: minutes and hours elapse; days, weeks and months are steps of the calendar.

    A month later is the same day of the next month, or its last day (31 January + 1 month).
    """
    if value == 0:
        return moment
    if unit in ELAPSED:
        return moment + value * ELAPSED[unit]
    local = moment.astimezone(zone).replace(tzinfo=None)
    if unit in CALENDAR_DAYS:
        return instant_of(local + timedelta(days=value * CALENDAR_DAYS[unit]), zone)
    return instant_of(datetime.combine(_months_later(local.date(), value), local.time()), zone)


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which clocks in the zone show this.

    A local time that does not exist means the first instant after the gap; one that exists twice the first.
    """
    before = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(before, zone) == local:
        return before
    return _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second at which clocks show this or later: zones change at whole seconds."""
    # In a gap the two folds are the offsets before and after it, so the change lies between these two.
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    late = local.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _shown(early + timedelta(seconds=middle), zone) >= local:
            high = middle
        else:
            low = middle
    return early + timedelta(seconds=high)


def _next_in_window(window: Mapping[str, Any], moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, this one included, on an allowed day and at the time (00:00 if none is given)."""
    allowed = {DAYS.index(day) for day in window.get("days") or DAYS}
    at = time.fromisoformat(window.get("time") or "00:00")
    # From the day before: where clocks jump over midnight, a time of yesterday can mean an instant of today.
    first = _shown(moment, zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(LOOK_AHEAD)):
        if day.weekday() not in allowed or not _exists(day, zone):
            continue
        candidate = instant_of(datetime.combine(day, at), zone)
        if candidate >= moment:
            return candidate
    raise ValueError(
        f"no moment of {window} within {LOOK_AHEAD} days"
    )  # cannot be: two weeks hold each weekday


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has that day at all: Apia went from 29 to 31 December 2011."""
    return _shown(instant_of(datetime.combine(day, time()), zone), zone).date() == day


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in the zone show then, as a naive time."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _zones_of(settings: Mapping[str, Any], journey_zone: str, account_zone: str) -> tuple[ZoneInfo, ZoneInfo]:
    """The zones of duration and window; one that names none takes the other's, else the journey's."""
    own = account_zone if is_zone(account_zone) else journey_zone
    wait, window = settings.get("time_zone"), (settings.get("must_end_on") or {}).get("time_zone")
    names = (wait or window or journey_zone, window or wait or journey_zone)
    first, second = (ZoneInfo(own if name == ACCOUNT_ZONE else name) for name in names)
    return first, second
