"""The tab History: what was done with a journey, by whom, when and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from journeys.admin import door, frame
from journeys.models import HistoryRecord, Journey

SIZE = 100
LONGEST = 300  # characters of a detail
WORDS = {
    "created": _("Created"),
    "imported": _("Imported from a file"),
    "edited": _("Settings changed"),
    "renamed": _("Renamed"),
    "end_changed": _("End date changed"),
    "map_saved": _("Map saved"),
    "map_undone": _("Map taken back"),
    "published": _("Published"),
    "started": _("Started"),
    "closed": _("Closed to new entries"),
    "aborted": _("Aborted"),
    "finished": _("Finished"),
    "held": _("Held"),
    "released": _("Released"),
    "duplicated": _("Duplicated"),
    "deleted": _("Deleted"),
    "entries_removed": _("Entries removed"),
    "entries_retried": _("Failed entries tried again"),
}
# What is said of it.
DETAILS = {
    "because": _("because"),
    "copy": _("copy"),
    "copy_of": _("copy of"),
    "delay": _("delay"),
    "description": _("description"),
    "email_deduplication": _("email deduplication"),
    "enabled": _("enabled"),
    "end": _("end"),
    "entries": _("entries"),
    "entry_limit": _("entry limit"),
    "name": _("name"),
    "re_entry": _("re-entry"),
    "revision": _("revision"),
    "start": _("start"),
    "time_zone": _("time zone"),
    "timing": _("timing"),
    "type": _("type"),
    "unit": _("unit"),
    "value": _("value"),
}
# Values that are ids of other journeys; moments; codes, in words.
# The database keeps no order; the rest follows these.
ORDER = ("copy_of", "copy", "start", "end", "enabled", "timing", "delay")
JOURNEYS = ("copy", "copy_of")
MOMENTS = ("start", "end")
CHOICES: dict[str, dict[str, Any]] = {
    "type": {"partial_content": _("partial content"), "without_details": _("without details")},
    "timing": dict(Journey.ReEntryTiming.choices),
    "unit": dict(Journey.DelayUnit.choices),
    "start": {"immediately": _("immediately")},
}


def page(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Newest first, a hundred at a time."""
    journey = door.journey_of(request, journey_id)
    before = request.GET.get("before", "")
    found = HistoryRecord.objects.filter(journey=journey).select_related("by").order_by("-at", "-pk")
    start = int(before) if before.isdecimal() and len(before) < 7 else 0
    records = list(found[start : start + SIZE + 1])
    words = Words(journey.time_zone, _named(records[:SIZE]))
    rows = [
        {"record": record, "said": said(record), "details": details(record, words)}
        for record in records[:SIZE]
    ]
    return frame.show(
        request, journey, "history.html", tab="history", rows=rows, older=start + SIZE if len(records) > SIZE else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What the values of a page's records need to be said: the journey's zone, the names of other journeys."""

    time_zone: str
    names: Mapping[int, str]


def _named(records: Sequence[HistoryRecord]) -> dict[int, str]:
    """The journeys that the records name and that are there; one query."""
    ids = {
        record.detail[key]
        for record in records
        for key in JOURNEYS
        if isinstance(record.detail.get(key), int)
    }
    return dict(Journey.objects.present().filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def said(record: HistoryRecord) -> str:
    """What was done, in words."""
    return str(WORDS.get(record.what, record.what.replace("_", " ").capitalize()))


def details(record: HistoryRecord, words: Words) -> list[str]:
    """What is known of it beside who and when."""
    found: list[str] = []
    for key, value in _in_order(record.detail):
        if key == "changes" and isinstance(value, dict):
            found += [
                f"{_field(name)}: {_value(name, old, words)} → {_value(name, new, words)}"
                for name, (old, new) in value.items()
            ]
        elif key == "late_by_seconds":
            late = {"minutes": f"{int(value) // 60:,}", "seconds": int(value) % 60}
            found.append(_("late by %(minutes)s min %(seconds)s s") % late)
        elif key in JOURNEYS:
            found.append(_journey(key, value, words))
        elif record.what == "closed" and (key, value) == ("because", "end"):
            found.append(f"{_field(key)}: {_('its end date has come')}")
        elif value not in (None, ""):
            found.append(f"{_field(key)}: {_value(key, value, words)}")
    return [each if isinstance(each, SafeString) else Truncator(each).chars(LONGEST) for each in found]


def _journey(key: str, pk: Any, words: Words) -> str:
    """Another journey by its name, with a link to it."""
    if pk not in words.names:
        return f"{_field(key)}: {_('a deleted journey')}"
    return format_html(
        '{}: <a class="tl-link" href="{}">{}</a>', _field(key), door.to("change", pk), words.names[pk]
    )


def _in_order(detail: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(detail.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else len(ORDER))


def _field(name: str) -> str:
    return str(DETAILS.get(name, name.replace("_", " ")))


def _value(name: str, value: Any, words: Words) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return f"{value['value']} {_value('unit', value['unit'], words)}"
    if isinstance(value, dict):
        return ", ".join(f"{_field(key)} {_value(key, item, words)}" for key, item in _in_order(value))
    if name in MOMENTS and (moment := _moment(value)):
        return date_format(timezone.localtime(moment, ZoneInfo(words.time_zone)), "j M Y, H:i")
    return str(CHOICES.get(name, {}).get(str(value), value))


def _moment(value: Any) -> datetime | None:
    """The instant that a document writes; None for a word in its place."""
    try:
        found = parse_datetime(str(value))
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None
