"""The first page: what needs attention, what is live. A fixed number of queries, none of which scans entries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journeys.admin import attention, door, group_runs, progress
from journeys.models import Journey

TEMPLATE = "journeys/admin/home.html"
LIVE_SHOWN = 8
Status = Journey.Status


def context(request: HttpRequest, frame: dict[str, Any]) -> dict[str, Any]:
    """What the page shows to whoever may see journeys; the rest see the areas they may open."""
    frame["title"] = _("Home")
    if not door.may(request, door.VIEW):
        return {**frame, "may_view": False}
    now = timezone.now()
    engine = attention.engine(now)
    return {
        **frame, "may_view": True, "tiles": _tiles(), "live": _live(now),
        "items": attention.items(engine, now, group_runs.items(request, now)),
        "engine": engine, "may_create": door.may(request, "journeys.add_journey"),
        "may_hold": door.may(request, "journeys.hold_engine"), "engine_url": door.to("engine"),
        "create_url": door.to("add"), "import_url": door.to("import"), "list_url": door.to("changelist"),
    }  # fmt: skip


def _tiles() -> list[dict[str, Any]]:
    """How many journeys there are in each status, in the order of the spec."""
    found = dict(Journey.objects.present().values_list("status").annotate(n=Count("*")))
    url = door.to("changelist")
    return [
        {"status": status, "label": label, "n": found.get(status, 0), "url": f"{url}?status={status}"}
        for status, label in Status.choices
    ]


def _live(now: datetime) -> list[dict[str, Any]]:
    """The journeys under way that were changed last, with their numbers."""
    under_way = Journey.objects.present().filter(status__in=(Status.LIVE, Status.CLOSED, Status.SCHEDULED))
    journeys = list(under_way.order_by("-updated_at", "-pk")[:LIVE_SHOWN])
    found = progress.of_journeys([journey.pk for journey in journeys])
    return [
        {
            "journey": journey, "url": door.to("change", journey.pk), "progress": found[journey.pk],
            "rate": progress.rate(found[journey.pk]), "ends_soon": ends_soon(journey, now),
        }
        for journey in journeys
    ]  # fmt: skip


def ends_soon(journey: Journey, now: datetime) -> bool:
    """Whether it closes itself within a week."""
    return journey.ends_at is not None and now < journey.ends_at < now + timedelta(days=7)
