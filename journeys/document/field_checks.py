"""What the journey's own fields may be in the document (spec 1.3, 1.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import values
from accounts.findings import Finding
from actions.settings import said_of
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
        return [_wrong(_("Name: a text is needed."), "name")]
    if not value.strip():
        return [_wrong(_("Name: this is needed."), "name", code="missing")]
    tidied = values.tidy(value)
    return _length(tidied, NAME_LENGTH, _("Name"), "name") or _form(value, values.name, _("Name"), "name")


def _description(value: Any) -> list[Finding]:
    if not isinstance(value, str):
        return [_wrong(_("Description: a text is needed."), "description")]
    label, name = _("Description"), "description"
    return _length(value, DESCRIPTION_LENGTH, label, name) or _form(value, values.lines, label, name)


def _length(value: str, longest: int, label: str, name: str) -> list[Finding]:
    n = len(value.strip())
    if n > longest:
        said = _("at most %(most)s characters, these are %(n)s.") % {"most": f"{longest:,}", "n": f"{n:,}"}
        return [_wrong(said_of(label, said), name, code="too_long")]
    if UNSTORABLE.search(value):
        said = _("a character in it cannot be stored (NUL, or half of a pair).")
        return [_wrong(said_of(label, said), name, code="bad_character")]
    return []


def _form(value: str, form: Callable[[str], str], label: str, name: str) -> list[Finding]:
    """Whether its characters may stand there; spaces around it are trimmed when it is saved."""
    try:
        form(value.strip())
    except ValueError as error:
        return [_wrong(said_of(label, str(error)), name, code="bad_character")]
    return []


def _time_zone(value: Any) -> list[Finding]:
    if is_zone(value):
        return []
    said = _("Time zone: there is no “%(name)s”; write one like Europe/Berlin.") % {"name": str(value)[:60]}
    return [_wrong(said, "time_zone", code="unknown_zone")]


def _start(value: Any) -> list[Finding]:
    if value in (None, IMMEDIATELY) or moment(value):
        return []
    said = _("Start: “%(word)s”, or a date and time with its offset, is needed.") % {"word": IMMEDIATELY}
    return [_wrong(said, "start")]


def _end(value: Any) -> list[Finding]:
    if value is None or moment(value):
        return []
    return [_wrong(_("End: a date and time with its offset is needed."), "end")]


def _deduplication(value: Any) -> list[Finding]:
    if isinstance(value, bool):
        return []
    return [_wrong(_("Email deduplication: true or false is needed."), "email_deduplication")]


def _re_entry(value: Any) -> list[Finding]:
    if not isinstance(value, Mapping):
        said = _("Re-entry: an object with %(keys)s is needed.") % {"keys": ", ".join(RE_ENTRY)}
        return [_wrong(said, "re_entry")]
    found = [
        _wrong(
            _("Re-entry: “%(key)s” is not known; known are %(known)s.")
            % {"key": key, "known": ", ".join(RE_ENTRY)},
            "re_entry",
            str(key),
            code="unknown_field",
        )
        for key in value
        if key not in RE_ENTRY
    ]
    return [*found, *_re_entry_parts(value)]


def _re_entry_parts(value: Mapping[str, Any]) -> Iterator[Finding]:
    if "enabled" in value and not isinstance(value["enabled"], bool):
        yield _wrong_part(_("true or false is needed."), "enabled")
    if "timing" in value:
        yield from _one_of(value["timing"], list(Journey.ReEntryTiming.values), "timing")
    if "delay" in value:
        yield from _delay(value["delay"])
    if "entry_limit" in value:
        yield from _whole(value["entry_limit"], LIMIT_LARGEST, "entry_limit")


def _delay(value: Any) -> Iterator[Finding]:
    if not isinstance(value, Mapping) or set(value) != {"value", "unit"}:
        yield _wrong(_("Re-entry: the delay is an object with value and unit."), "re_entry", "delay")
        return
    yield from _whole(value["value"], DELAY_LARGEST, "delay", "value")
    yield from _one_of(value["unit"], list(Journey.DelayUnit.values), "delay", "unit")


def _whole(value: Any, largest: int, *at: str) -> Iterator[Finding]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield _wrong_part(_("a whole number is needed."), *at)
    elif not 1 <= value <= largest:
        said = _("from 1 to %(most)s, not %(given)s.") % {"most": f"{largest:,}", "given": value}
        yield _wrong_part(said, *at, code="out_of_range")


def _one_of(value: Any, known: list[str], *at: str) -> Iterator[Finding]:
    if not isinstance(value, str) or value not in known:
        said = _("one of %(known)s is needed.") % {"known": ", ".join(known)}
        yield _wrong_part(said, *at, code="unknown_choice")


def _wrong_part(message: str, *at: str, code: str = "wrong_type") -> Finding:
    """A fault in a part of the re-entry settings, which the message names: "Re-entry: delay, unit: …"."""
    return _wrong(said_of(_("Re-entry"), said_of(", ".join(at), message)), "re_entry", *at, code=code)


_CHECKS: dict[str, Callable[[Any], list[Finding]]] = {
    "name": check_name,
    "description": _description,
    "time_zone": _time_zone,
    "start": _start,
    "end": _end,
    "re_entry": _re_entry,
    "email_deduplication": _deduplication,
}
