"""The other tabs of a group: its scores over time, changes that were ignored, what happened."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import door, download, story, timeline
from buying_groups import record
from buying_groups.admin import charts, group_frame
from buying_groups.admin.group_page import KINDS, SOURCES
from buying_groups.admin.scores import percent, whole
from buying_groups.models import BuyingGroup, GroupScore, IgnoredChange, MemberSource
from buying_groups.reports import history
from buying_groups.reports import timeline as group_timeline

SIZE = 50
Reason = IgnoredChange.Reason
REASONS = {
    Reason.MANUAL_MEMBER: _("Somebody had assigned this person by hand; only people change that."),
    Reason.JOURNEY_MEMBER: _("A journey had assigned this person; the system does not change that."),
    Reason.MANUAL_REMOVAL: _("Somebody had removed this person by hand; only people bring them back."),
    Reason.JOURNEY_REMOVAL: _("A journey had removed this person; the system does not bring them back."),
}


def scores_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """Completeness and engagement as lines, and as a table."""
    group = door.one(request, group_frame.groups(), group_id)
    points = history.of_group(group)
    rows = [(point.day, percent(point.completeness), whole(point.engagement)) for point in reversed(points)]
    may_export = door.may(request, group_frame.EXPORT)
    return group_frame.show(
        request, group, "group_scores.html", "scores",
        chart=charts.scores(points, today=record.day_of(timezone.now())),
        rows=rows,
        is_cut=len(points) == history.MOST,
        export_url=door.to(group, "scores_export", group.pk) if may_export else "",
    )  # fmt: skip


def scores_export(request: HttpRequest, group_id: int) -> HttpResponseBase:
    """All days on which a score changed, exactly, as CSV."""
    group = door.one(request, BuyingGroup.objects.all(), group_id)
    door.require(request, group_frame.EXPORT)
    columns = [exports.Column(name, F(name)) for name in ("day", "completeness", "engagement")]
    text = exports.stream(GroupScore.objects.filter(group=group).order_by("day"), columns)
    return download.csv(request, text, "scores.csv", back=door.to(group, "scores", group.pk))


def ignored(request: HttpRequest, group_id: int) -> HttpResponse:
    """What was not done to members, why, and who had wanted it; the latest first, by a cursor."""
    group = door.one(request, group_frame.groups(), group_id)
    before = door.number(request.GET.get("before"))
    found = group_frame.named(request, _ignored(group, before)[: SIZE + 1])
    return group_frame.show(
        request, group, "group_ignored.html", "ignored",
        lines=_told(found[:SIZE]),
        older=found[SIZE - 1].pk if len(found) > SIZE else 0,
        is_first=not before,
        may_view_people=group_frame.may_view_people(request),
    )  # fmt: skip


def _ignored(group: BuyingGroup, before: int) -> QuerySet[IgnoredChange]:
    rows = IgnoredChange.objects.filter(group=group).select_related("person", "role").order_by("-pk")
    return rows.filter(pk__lt=before) if before else rows


def _told(rows: list[IgnoredChange]) -> list[dict[str, Any]]:
    named = story.sources(
        (KINDS[MemberSource(row.source)], row.source_id)
        for row in rows
        if row.source_id is not None and MemberSource(row.source) in KINDS
    )
    return [
        {
            "row": row,
            "reason": REASONS[Reason(row.reason)],
            "how": SOURCES[MemberSource(row.source)],
            "source": named.get((KINDS[MemberSource(row.source)], row.source_id or 0))
            if MemberSource(row.source) in KINDS
            else None,
        }
        for row in rows
    ]


def timeline_page(request: HttpRequest, group_id: int) -> HttpResponse:
    """What happened to the group and what its members did, the latest first."""
    group = door.one(request, group_frame.groups(), group_id)
    before = request.GET.get("before", "")
    hidden = timeline.hidden_from(request)
    sources = group_timeline.sources(group, hidden)
    return group_frame.show(
        request, group, "group_timeline.html", "timeline",
        timeline=timeline.merged(
            sources, hidden=hidden, before=before, about=("account", group.account_id)
        ),
        before=before,
    )  # fmt: skip
