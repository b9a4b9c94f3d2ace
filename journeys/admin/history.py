"""The tab History: what was done with a journey, by whom, when and from where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from journeys.admin import door, frame
from journeys.models import HistoryRecord

SIZE = 100
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


def page(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Newest first, a hundred at a time."""
    journey = door.journey_of(request, journey_id)
    before = request.GET.get("before", "")
    found = HistoryRecord.objects.filter(journey=journey).select_related("by").order_by("-at", "-pk")
    start = int(before) if before.isdecimal() and len(before) < 7 else 0
    records = list(found[start : start + SIZE + 1])
    rows = [{"record": record, "said": said(record), "details": details(record)} for record in records[:SIZE]]
    return frame.show(
        request, journey, "history.html", tab="history", rows=rows, older=start + SIZE if len(records) > SIZE else 0,
    )  # fmt: skip


def said(record: HistoryRecord) -> str:
    """What was done, in words."""
    return str(WORDS.get(record.what, record.what.replace("_", " ").capitalize()))


def details(record: HistoryRecord) -> list[str]:
    """What is known of it beside who and when."""
    found = []
    for key, value in record.detail.items():
        if key == "changes" and isinstance(value, dict):
            found += [f"{_field(name)}: {_value(old)} → {_value(new)}" for name, (old, new) in value.items()]
        elif key == "late_by_seconds":
            late = {"minutes": f"{int(value) // 60:,}", "seconds": int(value) % 60}
            found.append(_("late by %(minutes)s min %(seconds)s s") % late)
        elif value not in (None, ""):
            found.append(f"{_field(key)}: {_value(value)}")
    return found


def _field(name: str) -> str:
    return str(DETAILS.get(name, name.replace("_", " ")))


def _value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return ", ".join(f"{_field(key)} {_value(item)}" for key, item in value.items())
    return str(value)
