"""What the journey's own fields may be in the document (spec 1.3, 1.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from accounts.findings import Finding
from journeys.document.json_text import UNSTORABLE
from journeys.instants import parse_instant
from journeys.models import Journey
from journeys.nodes.timing import is_zone

IMMEDIATELY = "immediately"
NAME_LENGTH, DESCRIPTION_LENGTH = 200, 2_000
DELAY_LARGEST, LIMIT_LARGEST = 10_000, 1_000_000

FIELDS = ("name", "description", "time_zone", "start", "end", "re_entry", "email_deduplication")
RE_ENTRY = ("enabled", "timing", "delay", "entry_limit")


def check_fields(given: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the fields that are given. Instants may be texts or `datetime`s."""
    found = []
    for name in FIELDS:
        if name in given:
            found.extend(_CHECKS[name](given[name]))
    return found


def moment(value: Any) -> datetime | None:
    """The instant that a text or a `datetime` with a zone names; None: it names none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    return parse_instant(value)


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
    if UNSTORABLE.search(value):
        return [
            _wrong(
                f"{label}: a character in it cannot be stored (NUL, or half of a pair).",
                name,
                code="bad_character",
            )
        ]
    return []


def _time_zone(value: Any) -> list[Finding]:
    if is_zone(value):
        return []
    return [
        _wrong(
            f"Time zone: there is no “{str(value)[:60]}”; write one like Europe/Berlin.",
            "time_zone",
            code="unknown_zone",
        )
    ]


def _start(value: Any) -> list[Finding]:
    if value in (None, IMMEDIATELY) or moment(value):
        return []
    return [_wrong(f"Start: “{IMMEDIATELY}”, or a date and time with its offset, is needed.", "start")]


def _end(value: Any) -> list[Finding]:
    if value is None or moment(value):
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
        _wrong(
            f"Re-entry: “{key}” is not known; known are {', '.join(RE_ENTRY)}.",
            "re_entry",
            str(key),
            code="unknown_field",
        )
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
