"""The journey's own fields in the document: what they may be, and the columns that hold them (spec 1.3, 1.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.findings import Finding
from journeys.instants import parse_instant, write_instant
from journeys.models import Journey
from journeys.nodes.timing import is_zone

IMMEDIATELY = "immediately"
NAME_LENGTH, DESCRIPTION_LENGTH = 200, 2_000
DELAY_LARGEST, LIMIT_LARGEST = 10_000, 1_000_000

FIELDS = ("name", "description", "time_zone", "start", "end", "re_entry", "email_deduplication")
RE_ENTRY = ("enabled", "timing", "delay", "entry_limit")

NO_RE_ENTRY: dict[str, Any] = {
    "re_entry_enabled": False,
    "re_entry_timing": Journey.ReEntryTiming.FROM_END,
    "re_entry_delay": 1,
    "re_entry_delay_unit": Journey.DelayUnit.DAYS,
    "re_entry_limit": 2,
}


def check_fields(given: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the fields that are given. Instants may be texts or `datetime`s."""
    found = []
    for name in FIELDS:
        if name in given:
            found.extend(_CHECKS[name](given[name]))
    return found


def columns(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `Journey` for the fields that are given, which `check_fields` has passed."""
    found: dict[str, Any] = {name: given[name] for name in ("time_zone", "email_deduplication") if name in given}
    found |= {name: given[name].strip() for name in ("name", "description") if name in given}
    if "start" in given:
        found["starts_at"] = None if given["start"] == IMMEDIATELY else _moment(given["start"])
    if "end" in given:
        found["ends_at"] = _moment(given["end"])
    if "re_entry" in given:
        found |= _re_entry_columns(given["re_entry"])
    return found


def fields_of(journey: Journey) -> dict[str, Any]:
    """The fields as the document writes them, in its order."""
    return {
        "name": journey.name,
        "description": journey.description,
        "time_zone": journey.time_zone,
        "start": write_instant(journey.starts_at) if journey.starts_at else IMMEDIATELY,
        "end": write_instant(journey.ends_at) if journey.ends_at else None,
        "re_entry": {
            "enabled": journey.re_entry_enabled,
            "timing": str(journey.re_entry_timing),
            "delay": {"value": journey.re_entry_delay, "unit": str(journey.re_entry_delay_unit)},
            "entry_limit": journey.re_entry_limit,
        },
        "email_deduplication": journey.email_deduplication,
    }


def defaults() -> dict[str, Any]:
    """The columns of a journey that says nothing about them."""
    zone = settings.JOURNEY_TIME_ZONE
    return {"description": "", "time_zone": zone, "starts_at": None, "ends_at": None, "email_deduplication": False, **NO_RE_ENTRY}


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else parse_instant(value)


def _re_entry_columns(given: Mapping[str, Any]) -> dict[str, Any]:
    delay = given.get("delay") or {}
    said = {
        "re_entry_enabled": given.get("enabled"),
        "re_entry_timing": given.get("timing"),
        "re_entry_delay": delay.get("value"),
        "re_entry_delay_unit": delay.get("unit"),
        "re_entry_limit": given.get("entry_limit"),
    }
    return {column: default if said[column] is None else said[column] for column, default in NO_RE_ENTRY.items()}


# --- One check a field -------------------------------------------------------------------------------------------


def _wrong(message: str, *at: str, code: str = "wrong_type") -> Finding:
    return Finding(code, message, at)


def check_name(value: Any) -> list[Finding]:
    """Whether this can be the name of a journey; whether it is taken is for the database to say."""
    if not isinstance(value, str):
        return [_wrong("Name: a text is needed.", "name")]
    if not value.strip():
        return [_wrong("Name: this is needed.", "name", code="missing")]
    return _length(value, NAME_LENGTH, "Name", "name")


def _description(value: Any) -> list[Finding]:
    if not isinstance(value, str):
        return [_wrong("Description: a text is needed.", "description")]
    return _length(value, DESCRIPTION_LENGTH, "Description", "description")


def _length(value: str, longest: int, label: str, name: str) -> list[Finding]:
    n = len(value.strip())
    if n > longest:
        return [_wrong(f"{label}: at most {longest:,} characters, these are {n:,}.", name, code="too_long")]
    if "\x00" in value:
        return [_wrong(f"{label}: the character NUL is not allowed.", name, code="bad_character")]
    return []


def _time_zone(value: Any) -> list[Finding]:
    if is_zone(value):
        return []
    return [_wrong(f"Time zone: there is no “{str(value)[:60]}”; write one like Europe/Berlin.", "time_zone", code="unknown_zone")]


def _start(value: Any) -> list[Finding]:
    if value in (None, IMMEDIATELY) or _moment(value):
        return []
    return [_wrong(f"Start: “{IMMEDIATELY}”, or a date and time with its offset, is needed.", "start")]


def _end(value: Any) -> list[Finding]:
    if value is None or _moment(value):
        return []
    return [_wrong("End: a date and time with its offset is needed.", "end")]


def _yes_no(value: Any, *at: str) -> list[Finding]:
    return [] if isinstance(value, bool) else [_wrong("true or false is needed.", *at)]


def _deduplication(value: Any) -> list[Finding]:
    return _yes_no(value, "email_deduplication")


def _re_entry(value: Any) -> list[Finding]:
    if not isinstance(value, Mapping):
        return [_wrong(f"Re-entry: an object with {', '.join(RE_ENTRY)} is needed.", "re_entry")]
    found = [
        _wrong(f"Re-entry: “{key}” is not known; known are {', '.join(RE_ENTRY)}.", "re_entry", str(key), code="unknown_key")
        for key in value
        if key not in RE_ENTRY
    ]
    return [*found, *_re_entry_parts(value)]


def _re_entry_parts(value: Mapping[str, Any]) -> Iterator[Finding]:
    if "enabled" in value:
        yield from _yes_no(value["enabled"], "re_entry", "enabled")
    if "timing" in value:
        yield from _one_of(value["timing"], list(Journey.ReEntryTiming.values), "re_entry", "timing")
    if "delay" in value:
        yield from _delay(value["delay"])
    if "entry_limit" in value:
        yield from _whole(value["entry_limit"], LIMIT_LARGEST, "re_entry", "entry_limit")


def _delay(value: Any) -> Iterator[Finding]:
    if not isinstance(value, Mapping) or set(value) != {"value", "unit"}:
        yield _wrong("Re-entry: the delay is an object with value and unit.", "re_entry", "delay")
        return
    yield from _whole(value["value"], DELAY_LARGEST, "re_entry", "delay", "value")
    yield from _one_of(value["unit"], list(Journey.DelayUnit.values), "re_entry", "delay", "unit")


def _whole(value: Any, largest: int, *at: str) -> Iterator[Finding]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield _wrong("Re-entry: a whole number is needed.", *at)
    elif not 1 <= value <= largest:
        yield _wrong(f"Re-entry: from 1 to {largest:,}, not {value}.", *at, code="out_of_range")


def _one_of(value: Any, known: list[str], *at: str) -> Iterator[Finding]:
    if not isinstance(value, str) or value not in known:
        yield _wrong(f"Re-entry: one of {', '.join(known)} is needed.", *at, code="unknown_choice")


_CHECKS: dict[str, Callable[[Any], list[Finding]]] = {
    "name": check_name,
    "description": _description,
    "time_zone": _time_zone,
    "start": _start,
    "end": _end,
    "re_entry": _re_entry,
    "email_deduplication": _deduplication,
}
