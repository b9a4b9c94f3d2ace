"""A group at a glance: who is in it by role, what it lacks, its scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import door, story
from accounts.admin.door import number
from accounts.models import Event
from buying_groups import record
from buying_groups.admin import charts, group_frame, scores
from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from buying_groups.reports import history, members, roles
from buying_groups.reports.roles import RoleState
from buying_groups.services.members import MOST

# As many as can be chosen at once.
SIZE = MOST
FORMER = 50
# How the address asks for the members by their engagement, whatever their roles.
BY_SCORE = "engagement"
# Days of the small chart.
DAYS = 90
SOURCES = {
    MemberSource.MANUAL: _("by hand"),
    MemberSource.JOURNEY: _("by the journey"),
    MemberSource.SYSTEM: _("automatically"),
}
# Under which kind of source an event would name who it was; a client's user is a user.
KINDS = {MemberSource.MANUAL: Event.Source.STAFF, MemberSource.JOURNEY: Event.Source.JOURNEY}


@dataclass(frozen=True)
class Line:
    """A member with who made them one."""

    member: GroupMember
    how: Any
    source: story.Named | None
    engagement: str


@dataclass(frozen=True)
class Part:
    """A role with its members on this page; without a state it is none of the template's."""

    name: str
    state: RoleState | None
    lines: Sequence[Line] = field(default_factory=list)


def page(request: HttpRequest, group_id: Any) -> HttpResponse:
    """The members by role, a page at a time, and beside them how the group stands."""
    group = door.one(request, group_frame.groups(), group_id)
    states = roles.of_group(group)
    at = max(1, number(request.GET.get("page")))
    by_score = request.GET.get("sort") == BY_SCORE and group_frame.may_view_people(request)
    found = group_frame.named(
        request, members.current(group, by_score=by_score)[(at - 1) * SIZE : at * SIZE + 1]
    )
    former = group_frame.named(request, members.former(group)[: FORMER + 1])
    lines = told([*found[:SIZE], *former[:FORMER]])
    is_whole = at == 1 and len(found) <= SIZE
    may_edit = door.may(request, group_frame.EDIT_MEMBERS)
    today = record.day_of(timezone.now())
    total = len(found) if is_whole else group_frame.is_member(group).count()
    return group_frame.show(
        request, group, "group.html", "change",
        people_url="" if total else group_frame.people_url(request, group),
        parts=_parts(lines[: len(found[:SIZE])], states, is_whole=is_whole) if not by_score else [],
        ranked=lines[: len(found[:SIZE])] if by_score else [],
        by_score=by_score, sort=BY_SCORE,
        former=lines[len(found[:SIZE]) :],
        more_former=len(former) > FORMER,
        at=at, before=at - 1, after=at + 1 if len(found) > SIZE else 0,
        states=states,
        missing=roles.missing(states),
        total=total,
        completeness=scores.bar(group.completeness),
        engagement=scores.whole(group.engagement),
        facts=_facts(request, group),
        chart=charts.scores(history.of_group(group, DAYS), today=today, width=300, height=150, ticks=2),
        may_edit=may_edit,
        may_view_people=group_frame.may_view_people(request),
        most=MOST,
        role_url=door.to(group, "members_role", group.pk),
        remove_url=door.to(group, "members_remove", group.pk),
        scores_url=door.to(group, "scores", group.pk),
    )  # fmt: skip


def told(rows: Iterable[GroupMember]) -> list[Line]:
    """The members with who made them one; a fixed number of queries."""
    rows = list(rows)
    named = story.sources(
        (kind, row.source_id)
        for row in rows
        if row.source_id is not None and (kind := KINDS.get(MemberSource(row.source)))
    )
    return [
        Line(
            row, SOURCES[MemberSource(row.source)],
            named.get((KINDS.get(MemberSource(row.source), Event.Source.SYSTEM), row.source_id or 0)),
            scores.whole(row.person.engagement_score),
        )
        for row in rows
    ]  # fmt: skip


def _parts(lines: Iterable[Line], states: Sequence[RoleState], *, is_whole: bool) -> list[Part]:
    """The lines by role. When all members are on the page, roles that nobody has are there, too."""
    filled = {role_id: list(of_role) for role_id, of_role in groupby(lines, lambda line: line.member.role_id)}
    known = {state.role_id: state for state in states}
    parts = [
        Part(state.name, state, filled.get(state.role_id, []))
        for state in states
        if is_whole or state.role_id in filled
    ]
    others = [(role_id, of_role) for role_id, of_role in filled.items() if role_id not in known]
    return [*parts, *(Part(of_role[0].member.role.name, None, of_role) for _id, of_role in others)]


def _facts(request: HttpRequest, group: BuyingGroup) -> list[tuple[Any, Any]]:
    interest = group.solution_interest
    return [
        (_("Account"), group_frame.linked(request, group.account)),
        (_("Solution interest"), group_frame.linked(request, interest)),
        (_("Role template"), group_frame.linked(request, interest.template)),
        (_("Stage"), group.stage.name if group.stage else _("none")),
        (_("Status"), group.status or _("none")),
        (_("Created"), group.created_at),
        (_("Last updated"), group.updated_at),
    ]
