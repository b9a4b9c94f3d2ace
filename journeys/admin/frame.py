"""What stands above the tabs of a journey: name, status, notices, buttons, progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from journeys.admin import door, offers, progress
from journeys.models import Draft, Journey, NodeTrouble
from journeys.reports.numbers import Numbers
from journeys.validation import Problem, find_problems

TABS = (
    ("change", _("Map")),
    ("entries", _("Entries")),
    ("history", _("History")),
    ("document", _("Document")),
)
MOVING = (Journey.Status.LIVE, Journey.Status.CLOSED)


def draft_of(journey: Journey) -> Draft:
    """The draft; an empty one in the place of one that is missing, so that the page opens."""
    found = Draft.objects.filter(journey=journey).first() or Draft(journey=journey, nodes=[], revision=0)
    journey.draft = found
    return found


def problems_of(journey: Journey, now: datetime) -> list[Problem]:
    """What keeps a draft from being published; a published journey has none any more."""
    return find_problems(journey, now=now) if journey.is_editable else []


def show(
    request: HttpRequest, journey: Journey, template: str, *, tab: str, problems: Sequence[Problem] | None = None,
    numbers: Numbers | None = None, status: int = 200, **context: Any,
) -> HttpResponse:  # fmt: skip
    """A tab of the journey in its frame."""
    if journey.is_editable and problems is None:
        draft_of(journey)
        problems = problems_of(journey, timezone.now())
    frame = {
        "journey": journey, "object": journey, "problems": problems or [], "tab": tab, "tabs": tabs(request, journey),
        "buttons": offers.of_header(request, journey), "menu": offers.of_menu(request, journey),
        "may_rename": door.may(request, offers.CHANGE), "rename_url": door.to("rename", journey.pk),
        "troubles": troubles_of(journey), "facts": facts(journey), "is_moving": journey.status in MOVING,
        "may_release": door.may(request, offers.HOLD), "release_url": door.to("release", journey.pk),
    }  # fmt: skip
    if journey.status in Journey.PUBLISHED:
        frame |= door.engine_held(request)
    if not journey.is_editable:
        found = numbers.progress if numbers else progress.of_journeys([journey.pk])[journey.pk]
        frame |= {"progress": found, "parts": progress.parts(journey, found), "rate": progress.rate(found)}
        frame |= {
            "counters_url": door.to("counters", journey.pk),
            "entries_url": door.to("entries", journey.pk),
        }
    return door.page(request, template, title=journey.name, status=status, **frame, **context)


def tabs(request: HttpRequest, journey: Journey) -> list[dict[str, Any]]:
    """The tabs that whoever asks may open."""
    hidden = set() if door.may(request, "journeys.view_entry") else {"entries"}
    return [
        {"name": name, "label": label, "url": door.to(name, journey.pk)}
        for name, label in TABS
        if name not in hidden
    ]


def troubles_of(journey: Journey) -> list[NodeTrouble]:
    """Nodes at which everybody fails now."""
    if journey.status not in MOVING:
        return []
    return list(NodeTrouble.objects.filter(journey=journey).select_related("node").order_by("since")[:20])


def facts(journey: Journey) -> list[tuple[str, str]]:
    """What the journey is set to, in a line."""
    start = journey.started_at or journey.starts_at
    starts = local(start, journey) if start else str(_("immediately"))
    ends = local(journey.ends_at, journey) if journey.ends_at else str(_("not set"))
    times = ngettext("up to %(n)s time", "up to %(n)s times", journey.re_entry_limit)
    entry = times % {"n": f"{journey.re_entry_limit:,}"} if journey.re_entry_enabled else str(_("off"))
    found = [(str(_("Start")), starts), (str(_("End")), ends), (str(_("Time zone")), journey.time_zone)]
    if journey.mode:
        found.append((str(_("Audience")), str(journey.get_mode_display()).lower()))
    return [*found, (str(_("Re-entry")), entry)]


def local(moment: datetime, journey: Journey) -> str:
    """A moment as clocks show it in the journey's zone."""
    return date_format(timezone.localtime(moment, ZoneInfo(journey.time_zone)), "j M Y, H:i")
