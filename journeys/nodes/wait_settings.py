"""The settings of a wait: a duration, an instant, a window of the week, a zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.findings import Finding
from actions.settings import Context, Setting, said_of
from journeys.instants import parse_instant
from journeys.nodes.timing import ACCOUNT_ZONE, DAYS, is_zone

# Three years, the longest that a journey lives, in each unit.
LONGEST = {"minutes": 1_578_240, "hours": 26_304, "days": 1_096, "weeks": 157, "months": 36}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
SPOKEN = {
    "mon": _("Mon"), "tue": _("Tue"), "wed": _("Wed"), "thu": _("Thu"), "fri": _("Fri"), "sat": _("Sat"),
    "sun": _("Sun"),
}  # fmt: skip


@dataclass(frozen=True)
class Part(Setting):
    """A setting that is an object of known keys."""

    json_type: str = "object"

    def keys(self) -> Mapping[str, dict[str, Any]]:
        """The JSON Schema of each key."""
        return {}

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "properties": dict(self.keys()), "additionalProperties": False}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if not isinstance(value, Mapping):
            said = {"keys": ", ".join(self.keys())}
            return [self.wrong("wrong_type", _("an object with %(keys)s is needed.") % said)]
        return [self._unknown(key) for key in value if key not in self.keys()]

    def _unknown(self, key: str) -> Finding:
        said = {"key": key, "known": ", ".join(self.keys())}
        return self.at(key, "unknown_setting", _("“%(key)s” is not known; known are %(known)s.") % said)

    def at(self, key: str, code: str, message: str | Promise, *, refused: bool = True) -> Finding:
        """A finding about one of the keys."""
        return Finding(code, said_of(self.label, message), (self.name, key), refused=refused)

    def absent(self, key: str) -> Finding:
        return self.at(key, "missing", _("%(key)s is needed.") % {"key": key}, refused=False)


@dataclass(frozen=True)
class Duration(Part):
    """How long: `{value: 5, unit: days}`."""

    def keys(self) -> Mapping[str, dict[str, Any]]:
        largest = max(LONGEST.values())
        return {
            "value": {"type": "integer", "minimum": 0, "maximum": largest},
            "unit": {"type": "string", "enum": list(LONGEST)},
        }

    def check(self, value: Any, context: Context) -> list[Finding]:
        found = super().check(value, context)
        if not isinstance(value, Mapping):
            return found
        return [*found, *self._unit(value.get("unit")), *self._value(value.get("value"), value.get("unit"))]

    def _unit(self, unit: Any) -> list[Finding]:
        if unit is None:
            return [self.absent("unit")]
        if not isinstance(unit, str) or unit not in LONGEST:
            message = _("the unit is one of %(units)s.") % {"units": ", ".join(LONGEST)}
            return [self.at("unit", "unknown_choice", message)]
        return []

    def _value(self, value: Any, unit: Any) -> list[Finding]:
        if value is None:
            return [self.absent("value")]
        if not isinstance(value, int) or isinstance(value, bool):
            return [self.at("value", "wrong_type", _("a whole number is needed."))]
        longest = LONGEST.get(unit, LONGEST["minutes"]) if isinstance(unit, str) else LONGEST["minutes"]
        if not 0 <= value <= longest:
            most = f"{longest:,} {unit or ''}".rstrip()
            message = _("from 0 to %(most)s, not %(given)s.") % {"most": most, "given": value}
            return [self.at("value", "out_of_range", message)]
        return []

    def say(self, value: Any) -> str:
        n, unit = value.get("value", "?"), str(value.get("unit", ""))
        said = _in_units(n if isinstance(n, int) else 0).get(unit)
        return said % {"n": n} if said else f"{n} {unit}"


def _in_units(n: int) -> dict[str, str]:
    return {
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", n),
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "days": ngettext("%(n)s day", "%(n)s days", n),
        "weeks": ngettext("%(n)s week", "%(n)s weeks", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
    }


@dataclass(frozen=True)
class Instant(Setting):
    """A date and time with its offset: `2027-05-01T09:00:00Z`."""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "format": "date-time"}

    def check(self, value: Any, context: Context) -> list[Finding]:
        if parse_instant(value) is None:
            message = _("a date and time with Z or an offset is needed, like 2027-05-01T09:00:00Z.")
            return [self.wrong("wrong_type", message)]
        return []

    def say(self, value: Any) -> str:
        moment = parse_instant(value)
        return _("until %(date)s UTC") % {"date": f"{moment:%Y-%m-%d %H:%M}"} if moment else str(value)


@dataclass(frozen=True)
class Zone(Setting):
    """An IANA zone, or "account" for the account's own."""

    def check(self, value: Any, context: Context) -> list[Finding]:
        return (
            []
            if value == ACCOUNT_ZONE or is_zone(value)
            else [self.wrong("unknown_zone", unknown_zone(value))]
        )


def unknown_zone(value: Any) -> str:
    shown = value[:60] if isinstance(value, str) else value
    said = {"name": shown, "account": ACCOUNT_ZONE}
    return _("there is no time zone “%(name)s”; write one like Europe/Berlin, or “%(account)s”.") % said


@dataclass(frozen=True)
class Window(Part):
    """When it may end: `{days: [mon], time: "09:00", time_zone: Europe/Berlin}`; days, a time, or both."""

    def keys(self) -> Mapping[str, dict[str, Any]]:
        return {
            "days": {"type": "array", "items": {"type": "string", "enum": list(DAYS)}, "uniqueItems": True},
            "time": {"type": "string", "pattern": CLOCK_PATTERN},
            "time_zone": {"type": "string"},
        }

    def check(self, value: Any, context: Context) -> list[Finding]:
        found = super().check(value, context)
        if not isinstance(value, Mapping):
            return found
        found += self._days(value.get("days")) + self._time(value.get("time"))
        if value.get("time_zone") is not None and not (
            value["time_zone"] == ACCOUNT_ZONE or is_zone(value["time_zone"])
        ):
            found.append(self.at("time_zone", "unknown_zone", unknown_zone(value["time_zone"])))
        if not value.get("days") and value.get("time") is None:
            message = _("days of the week, a time of day, or both are needed.")
            found.append(self.wrong("missing", message, refused=False))
        return found

    def _days(self, days: Any) -> list[Finding]:
        if days is None:
            return []
        if not isinstance(days, list) or not all(isinstance(day, str) and day in DAYS for day in days):
            message = _("a list of days out of %(days)s is needed.") % {"days": ", ".join(DAYS)}
            return [self.at("days", "unknown_choice", message)]
        if len(set(days)) < len(days):
            return [self.at("days", "duplicate", _("each day once."))]
        return []

    def _time(self, at: Any) -> list[Finding]:
        if at is None or (isinstance(at, str) and CLOCK.fullmatch(at)):
            return []
        message = _("a time of day from 00:00 to 23:59 is needed, like 09:00.")
        return [self.at("time", "wrong_type", message)]

    def say(self, value: Any) -> str:
        days = ", ".join(str(SPOKEN[day]) for day in DAYS if day in (value.get("days") or ()))
        at = _("at %(time)s") % {"time": value["time"]} if value.get("time") else ""
        zone = f"({value['time_zone']})" if value.get("time_zone") else ""
        return " ".join(word for word in (str(_("ends")), days, at, zone) if word)
