"""A journey's page: its map as an outline with its numbers, the name edited in place, the numbers anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.findings import Invalid
from journeys import services
from journeys.admin import door, frame, offers, progress
from journeys.admin.outline import Row, outline
from journeys.document import files
from journeys.models import Journey
from journeys.nodes.registry import KINDS
from journeys.nodes.split_accounts import SplitAccounts
from journeys.reports import numbers
from journeys.reports.numbers import NodeNumbers
from journeys.validation import find_warnings

COUNTS = (("entered", _("entered")), ("there", _("there now")))
OF_ACTION = (("done", _("done")), ("skipped", _("skipped")))
# Where nobody arrives any more.
OVER = (Journey.Status.ABORTED, Journey.Status.FINISHED)
EXIT = "D j M Y, H:i"
FAILED = ("failed", _("failed"))
UNMATCHED = ("unmatched", _("matched no path"))


def map_page(request: HttpRequest, journey_id: int) -> HttpResponse:
    """The map; a draft's with what is to be resolved, a published one's with its numbers."""
    journey = door.journey_of(request, journey_id)
    now = timezone.now()
    frame.draft_of(journey)
    problems = frame.problems_of(journey, now)
    nodes = files.map_of(journey)
    rows = outline(nodes, problems)
    if journey.status not in OVER:
        _preview(journey, nodes, rows, now)
    found = None if journey.is_editable else numbers.read(journey)
    if found:
        lossy = {node["key"] for node in nodes if SplitAccounts.may_match_none(node)}
        _count(journey, rows, {node.node.key: node for node in found.nodes}, lossy)
    return frame.show(
        request, journey, "map.html", tab="change", problems=problems, numbers=found, rows=rows,
        warnings=find_warnings(journey, now=now) if journey.is_editable else [],
        of_map=[problem for problem in problems if not problem.node],
        document_url=door.to("document", journey.pk), may_edit=door.may(request, offers.CHANGE),
    )  # fmt: skip


def _preview(journey: Journey, nodes: Sequence[Mapping[str, Any]], rows: list[Row], now: datetime) -> None:
    """Put the next exits at each wait, by the clocks of its zone (1.8)."""
    by_key = {node["key"]: node for node in nodes if node["kind"] in KINDS}
    for row in rows:
        if row.type != "node" or row.key not in by_key:
            continue
        found = KINDS[row.kind].next_exits(by_key[row.key], now=now, time_zone=journey.time_zone)
        zone = ZoneInfo(found.time_zone)
        row.exits = [
            date_format(moment.astimezone(zone).replace(tzinfo=None), EXIT) for moment in found.moments
        ]
        said = _("Of an account that arrives now, by the clocks of %(zone)s.")
        if found.is_of_account:
            said = _("Of an account that arrives now and has no time zone, by the clocks of %(zone)s.")
        row.exits_by = said % {"zone": found.time_zone}


def _count(journey: Journey, rows: list[Row], found: dict[str, NodeNumbers], lossy: set[str]) -> None:
    """Put its numbers at each node, each with the list of exactly those accounts; `lossy`: where some match no path."""
    entries, moving = door.to("entries", journey.pk), journey.status in frame.MOVING
    for row in rows:
        node = found.get(row.key) if row.type == "node" else None
        if node is None:
            continue
        wanted = [
            *(COUNTS if moving else COUNTS[:1]),
            *(OF_ACTION if row.kind == "take_action" else ()),
            *((UNMATCHED,) if row.key in lossy else ()),
            FAILED,
        ]
        row.counts = [_number(entries, row.key, name, label, getattr(node, name)) for name, label in wanted]


def _number(entries: str, key: str, name: str, label: Any, n: int) -> dict[str, Any]:
    return {
        "name": f"{key}.{name}",
        "what": name,
        "label": label,
        "n": n,
        "url": f"{entries}?node={key}&behind={name}",
    }


@never_cache
def counters(request: HttpRequest, journey_id: int) -> HttpResponse:
    """The numbers, as the page asks for them every few seconds."""
    journey = door.journey_of(request, journey_id)
    held = journey.status in Journey.PUBLISHED and bool(door.engine_held(request)["engine_held"])
    return JsonResponse(progress.as_json(journey, numbers.read(journey), engine_held=held))


def rename(request: HttpRequest, journey_id: int) -> HttpResponse:
    """A new name, from the header of any tab; back to where it was given."""
    journey = door.journey_of(request, journey_id)
    try:
        services.rename(journey, name=request.POST.get("name", ""), **door.said(request))
    except Invalid as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("The journey has its new name."))
    return HttpResponseRedirect(_back(request, journey))


def _back(request: HttpRequest, journey: Journey) -> str:
    here = request.POST.get("back", "")
    fits = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
    return here if fits else door.to("change", journey.pk)
