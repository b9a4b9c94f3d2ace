"""The journey's own fields: how the document writes them, and the columns that hold them (spec 1.3, 1.12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.values import tidy
from journeys.document.field_checks import IMMEDIATELY, moment
from journeys.instants import write_instant
from journeys.models import Journey

NO_RE_ENTRY: dict[str, Any] = {
    "re_entry_enabled": False,
    "re_entry_timing": Journey.ReEntryTiming.FROM_END,
    "re_entry_delay": 1,
    "re_entry_delay_unit": Journey.DelayUnit.DAYS,
    "re_entry_limit": 2,
}


def columns(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `Journey` for the fields that are given, which `check_fields` has passed."""
    found: dict[str, Any] = {
        name: given[name] for name in ("time_zone", "email_deduplication") if name in given
    }
    if "name" in given:
        found["name"] = tidy(given["name"])
    if "description" in given:
        found["description"] = given["description"].strip()
    if "start" in given:
        found["starts_at"] = None if given["start"] == IMMEDIATELY else moment(given["start"])
    if "end" in given:
        found["ends_at"] = moment(given["end"])
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
    return {
        "description": "",
        "time_zone": zone,
        "starts_at": None,
        "ends_at": None,
        "email_deduplication": False,
        **NO_RE_ENTRY,
    }


def _re_entry_columns(given: Mapping[str, Any]) -> dict[str, Any]:
    delay = given.get("delay") or {}
    said = {
        "re_entry_enabled": given.get("enabled"),
        "re_entry_timing": given.get("timing"),
        "re_entry_delay": delay.get("value"),
        "re_entry_delay_unit": delay.get("unit"),
        "re_entry_limit": given.get("entry_limit"),
    }
    return {
        column: default if said[column] is None else said[column] for column, default in NO_RE_ENTRY.items()
    }
