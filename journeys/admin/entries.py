"""The tab Entries: who travels, who is behind a number, and what staff can do with those who failed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import download
from accounts.models import Account
from journeys.admin import door, entries_file, frame
from journeys.admin.words import reason_of
from journeys.models import Entry, Journey, Node
from journeys.reports.entries import Behind, Wanted, count
from journeys.reports.entries import page as next_ids
from journeys.reports.standing import is_aborted
from journeys.services import entries as services

SIZE = 50
# Entries that one request acts on.
AT_ONCE = 10_000
SUGGESTED = 5
REPAIR, VIEW = "journeys.repair_journey", "journeys.view_entry"
ACTS = {"retry": (_("Try again"), services.retry), "remove": (_("Remove"), services.remove)}
REASONS = {str(reason.label): int(reason) for reason in Entry.Reason}
OF_ACTION = (Behind.DONE, Behind.SKIPPED)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `faults`: by their parameters, what cannot be read and what would be right; then
    nothing is listed, exported or acted on.
    """

    wanted: Wanted
    node: Node | None
    after: int
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def only_failed(self) -> bool:
        """Whether all of these entries have failed."""
        if self.node:
            return self.wanted.behind == Behind.FAILED
        return self.wanted.status == Entry.Status.FAILED

    def failed(self) -> Wanted:
        """Those of them that have failed."""
        if self.node:
            return replace(self.wanted, behind=Behind.FAILED)
        return replace(self.wanted, status=Entry.Status.FAILED, reason=None)


def asked(address: QueryDict, journey: Journey) -> Asked:
    """The filters of an address."""
    given = {name: str(address[name]).replace("\x00", "") for name in address}
    key = given.get("node", "")
    node = Node.objects.filter(version_id=journey.version_id, key=key).first() if key else None
    behind = Behind(given["behind"]) if given.get("behind") in Behind.values else Behind.ENTERED
    status = _number(given.get("status", ""))
    wanted = Wanted(
        journey.pk, node_id=node.pk if node else None, behind=behind,
        status=status if status in Entry.Status.values and not node else None,
        reason=REASONS.get(given.get("reason", "")) if not node else None,
        search=given.get("q", "").strip()[:200], is_aborted=is_aborted(journey),
    )  # fmt: skip
    known = {
        "node": node is not None,
        "behind": given.get("behind") in Behind.values,
        "status": status in Entry.Status.values,
        "reason": given.get("reason") in REASONS,
        "after": _number(given.get("after", "")) > 0,
    }
    said = _("“%(value)s” is none of the choices. Choose one of them, or none.")
    faults = {
        name: said % {"value": given[name][:100]}
        for name, fits in known.items()
        if given.get(name) and not fits
    }
    if "after" in faults:
        faults["after"] = _("“%(value)s” is no place in the list.") % {"value": given["after"][:100]}
    return Asked(wanted, node, _number(given.get("after", "")), faults)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def page(request: HttpRequest, journey_id: int) -> HttpResponse:
    """One page of entries, by id; the next one starts after the last of this."""
    journey = door.journey_of(request, journey_id)
    door.require(request, VIEW)
    found = asked(request.GET, journey)
    ids = [] if found.faults else next_ids(found.wanted, after=found.after, size=SIZE + 1)
    n, exact = (0, True) if found.faults else count(found.wanted)
    rows = entries_file.read(ids[:SIZE])
    return frame.show(
        request,
        journey,
        "entries.html",
        tab="entries",
        rows=rows,
        asked=found,
        n=n,
        exact=exact,
        next=_with(request.GET, after=ids[SIZE - 1]) if len(ids) > SIZE else "",
        first=_with(request.GET, after=None) if found.after else "",
        nodes=_nodes(journey),
        statuses=Entry.Status.choices,
        reasons=[(name, reason_of(name), number) for name, number in REASONS.items()],
        behinds=Behind.choices,
        filters=_with(request.GET, after=None),
        may_repair=door.may(request, REPAIR),
        may_export=door.may(request, "journeys.export_journey"),
        others=[] if ids or found.faults else _others(journey, found.wanted.search),
        all_failed=found.only_failed,
    )


def _nodes(journey: Journey) -> list[Node]:
    return (
        list(Node.objects.filter(version_id=journey.version_id).order_by("position"))
        if journey.version_id
        else []
    )


def _others(journey: Journey, search: str) -> list[Account]:
    """Accounts of that name that are not listed: why not, each page of theirs says."""
    if not search or journey.version_id is None:
        return []
    return list(Account.objects.filter(name__icontains=search).order_by("name", "pk")[:SUGGESTED])


def _with(given: QueryDict, **changes: Any) -> str:
    """The address with these parameters changed."""
    changed = given.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return changed.urlencode()


def export(request: HttpRequest, journey_id: int) -> HttpResponseBase:
    """The list as it is filtered, as CSV, streamed."""
    journey = door.journey_of(request, journey_id)
    door.require(request, VIEW)
    door.require(request, "journeys.export_journey")
    found = asked(request.GET, journey)
    if found.faults:
        messages.error(request, _("Nothing was exported: a filter cannot be read."))
        return HttpResponseRedirect(f"{door.to('entries', journey.pk)}?{request.GET.urlencode()}")
    text = entries_file.stream(found.wanted)
    back = f"{door.to('entries', journey.pk)}?{request.GET.urlencode()}"
    return download.csv(request, text, f"entries-of-journey-{journey.pk}.csv", back=back)


def act(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Retry or remove the chosen entries: first the question, then the deed."""
    journey = door.journey_of(request, journey_id)
    door.require(request, REPAIR)
    name = request.POST.get("act", "")
    if name not in ACTS:
        return _back(request, journey)
    label, call = ACTS[name]
    listed = asked(QueryDict(request.POST.get("filters", "")), journey)
    if listed.faults:
        return _back(request, journey)
    ids, more = _chosen(request, listed)
    if not ids and "all" not in request.POST:
        messages.warning(request, _("Choose entries first: tick them in the list."))
        return _back(request, journey)
    fit = Entry.objects.filter(journey=journey, pk__in=ids, status__in=_fits(name)).values_list(
        "pk", flat=True
    )
    fitting = sorted(fit)
    if not fitting:
        messages.warning(
            request,
            _(
                "None of the chosen entries fits: only failed ones can be tried again, only those inside removed."
            ),
        )
        return _back(request, journey)
    if "confirmed" not in request.POST:
        return door.page(
            request,
            "dialogs/entries.html",
            title=str(label),
            journey=journey,
            object=journey,
            act=name,
            label=label,
            ids=fitting,
            left=len(ids) - len(fitting),
            all="all" in request.POST,
            more=more,
            listed=listed,
            back=_address(request, journey),
            filters=request.POST.get("filters", ""),
        )
    messages.success(request, _done(name, call(journey, entries=fitting, **door.said(request))))
    return _back(request, journey)


def _done(act: str, n: int) -> str:
    if act == "retry":
        said = ngettext("%(n)s entry tried again.", "%(n)s entries tried again.", n)
    else:
        said = ngettext("%(n)s entry removed.", "%(n)s entries removed.", n)
    return said % {"n": f"{n:,}"}


def _fits(name: str) -> tuple[int, ...]:
    return (Entry.Status.FAILED,) if name == "retry" else Entry.INSIDE


def _chosen(request: HttpRequest, listed: Asked) -> tuple[list[int], bool]:
    """The ticked ones, or all of the list that failed: as many as one request takes on, and whether there are more."""
    if "all" in request.POST:
        found = next_ids(listed.failed(), size=AT_ONCE + 1)
    else:
        found = [_number(text) for text in request.POST.getlist("entry")[: AT_ONCE + 1]]
    return found[:AT_ONCE], len(found) > AT_ONCE


def _address(request: HttpRequest, journey: Journey) -> str:
    filters = QueryDict(request.POST.get("filters", "")).urlencode()
    return f"{door.to('entries', journey.pk)}{'?' if filters else ''}{filters}"


def _back(request: HttpRequest, journey: Journey) -> HttpResponse:
    return HttpResponseRedirect(_address(request, journey))
