"""The overview: how many groups, how complete and engaged, with which roles. Each number leads to its groups."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import exports
from accounts.admin import door
from accounts.admin.filters import PART_IS_ENOUGH
from accounts.known_values import different_values
from buying_groups.admin import run_pages, setup, tabs
from buying_groups.admin.browse_filters import (
    COMPLETENESS,
    COUNTRY,
    ENGAGEMENT,
    FILLED,
    INDUSTRY,
    INTEREST,
    LACKING,
    MOST,
    ROLE,
    STAGE,
)
from buying_groups.admin.group_frame import EXPORT
from buying_groups.models import BuyingGroup, SolutionInterest, Stage
from buying_groups.reports.coverage import Coverage, coverage
from buying_groups.reports.distributions import Bar, Distributions, distributions, is_large
from buying_groups.reports.selection import NO_STAGE, Selection, values_of_accounts

VIEW = "buying_groups.view_buyinggroup"
FILTERS = (INTEREST, STAGE, INDUSTRY, COUNTRY)
COVERAGE = "coverage"
# Asked for by the page itself where counting takes a while.
FIGURES = "figures"


@dataclass(frozen=True)
class Chart:
    """Groups counted by one thing. `parameter`: what the list filters by; `of`: its bars."""

    key: str
    title: Any
    parameter: str
    of: Callable[[Distributions], Sequence[Bar]]


CHARTS = (
    Chart("completeness", gettext_lazy("By completeness"), COMPLETENESS, lambda found: found.completeness),
    Chart("engagement", gettext_lazy("By engagement"), ENGAGEMENT, lambda found: found.engagement),
    Chart("interests", gettext_lazy("By solution interest"), INTEREST, lambda found: found.interests),
    Chart("stages", gettext_lazy("By stage"), STAGE, lambda found: found.stages),
)


def page(request: HttpRequest) -> HttpResponse:
    """The charts, of all groups or those that the address asks for; before the first group what to do."""
    door.require(request, VIEW)
    frame = {"section_tabs": tabs.of(request, tabs.OVERVIEW)}
    if not BuyingGroup.objects.exists():
        return _show(request, **frame, setup_steps=setup.steps(request))
    asked = _asked(request)
    of_night = list(run_pages.of_all_groups()) if door.may(request, "buying_groups.view_jobrun") else []
    waits = is_large() and FIGURES not in request.GET
    return _show(
        request, **frame,
        asked=asked,
        of_night=of_night,
        progress_url=door.to(BuyingGroup, "overview_progress"),
        may_cancel_runs=door.may(request, run_pages.CANCEL),
        interests=SolutionInterest.objects.order_by("name")[:MOST],
        stages=Stage.objects.order_by("position", "pk")[:MOST],
        no_stage=str(NO_STAGE),
        industries=different_values("accounts_account", "industry"),
        countries=different_values("accounts_account", "country"),
        part_is_enough=PART_IS_ENOUGH,
        figures_url=f"?{urlencode({**asked, FIGURES: 1})}",
        figures=None if waits else _figures(request, asked),
    )  # fmt: skip


def progress(request: HttpRequest) -> JsonResponse:
    """How far the runs over all groups have come, for their bars."""
    door.require(request, "buying_groups.view_jobrun")
    return JsonResponse({"runs": run_pages.figures(run_pages.of_all_groups())})


def export(request: HttpRequest, chart: str) -> HttpResponse:
    """The numbers of one chart, as CSV."""
    door.require(request, VIEW)
    door.require(request, EXPORT)
    selection = _selection(_asked(request))
    if chart == COVERAGE:
        rows = _coverage_rows(coverage(selection))
    else:
        drawn = next((one for one in CHARTS if one.key == chart), None)
        if drawn is None:
            raise Http404(_("There is no such chart."))
        bars = drawn.of(distributions(selection))
        rows = [(drawn.parameter, "groups"), *((str(bar.label), bar.n) for bar in bars)]
    text = io.StringIO()
    csv.writer(text).writerows([exports.cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{chart}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _show(request: HttpRequest, **context: Any) -> HttpResponse:
    return door.page(
        request, "buying_groups/admin/overview.html", BuyingGroup, title=_("Overview"), **context
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address that are set."""
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    return {name: value for name, value in given.items() if value}


def _selection(asked: Mapping[str, str]) -> Selection:
    """The groups that the list would show for these filters."""
    stage = asked.get(STAGE)
    return Selection(
        interest=door.number(asked[INTEREST]) if INTEREST in asked else None,
        stage=None if stage is None else NO_STAGE if stage == str(NO_STAGE) else door.number(stage) or -1,
        industries=values_of_accounts(INDUSTRY, asked.get(INDUSTRY, "")),
        countries=values_of_accounts(COUNTRY, asked.get(COUNTRY, "")),
    )


def _figures(request: HttpRequest, asked: Mapping[str, str]) -> dict[str, Any]:
    selection = _selection(asked)
    found = distributions(selection)
    may_export = door.may(request, EXPORT)

    def exported(chart: str) -> str:
        url = door.to(BuyingGroup, "overview_export", chart)
        return f"{url}?{urlencode(asked)}" if may_export else ""

    return {
        "total": found.total,
        "list_url": _list(asked),
        "charts": [
            {
                "title": chart.title,
                "bars": _bars(chart, found, asked),
                "export_url": exported(chart.key),
            }
            for chart in CHARTS
        ],
        "coverage": _table(coverage(selection), asked),
        "coverage_export_url": exported(COVERAGE),
    }


def _list(asked: Mapping[str, str], **more: str) -> str:
    """The list of the groups behind a number."""
    return f"{door.to(BuyingGroup, 'changelist')}?{urlencode({**asked, **more})}"


def _bars(chart: Chart, found: Distributions, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each bar with its length beside the longest one, its share of all groups, and its groups if it has any."""
    bars = chart.of(found)
    longest, total = max((bar.n for bar in bars), default=0) or 1, found.total or 1
    return [
        {
            "label": bar.label,
            "n": bar.n,
            "length": round(100 * bar.n / longest, 1),
            "share": round(100 * bar.n / total),
            "is_none": bar.key in ("none", str(NO_STAGE)),
            # With a filter, the bars of other interests or stages are empty: their groups are not counted here.
            "url": _list(asked, **{chart.parameter: bar.key}) if bar.n else "",
        }
        for bar in bars
    ]


def _table(found: Coverage, asked: Mapping[str, str]) -> dict[str, Any]:
    """A row for each solution interest, a cell for each role; None where the template does not have the role."""

    def cell(interest: int, role: int) -> dict[str, Any] | None:
        counted = found.cells.get((interest, role))
        if counted is None:
            return None
        here = {INTEREST: str(interest)}
        return {
            "cell": counted,
            "percent": round(100 * counted.share),
            "filled_url": _list(asked, **here, **{ROLE: f"{role}:{FILLED}"}) if counted.filled else "",
            "missing_url": _list(asked, **here, **{ROLE: f"{role}:{LACKING}"}) if counted.missing else "",
        }

    return {
        "roles": [name for _id, name in found.roles],
        "rows": [(name, [cell(id, role) for role, _name in found.roles]) for id, name in found.interests],
    }


def _coverage_rows(found: Coverage) -> list[tuple[Any, ...]]:
    rows = [
        (interest, role, cell.groups, cell.filled, cell.missing)
        for interest_id, interest in found.interests
        for role_id, role in found.roles
        if (cell := found.cells.get((interest_id, role_id)))
    ]
    return [("solution_interest", "role", "groups", "filled", "not_filled"), *rows]
