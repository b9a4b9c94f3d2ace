"""People of the group's account into the group: looked for, ticked, each with a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin import counting, door
from accounts.models import Person
from accounts.search import containing
from buying_groups.admin import group_consequences, group_frame, group_undo, scores
from buying_groups.admin.group_consequences import Says
from buying_groups.admin.group_members import RolesForm, asked_people, field_of
from buying_groups.admin.group_page import told
from buying_groups.models import BuyingGroup
from buying_groups.reports import members as who
from buying_groups.reports import roles
from buying_groups.reports.roles import RoleState
from buying_groups.services import members
from buying_groups.services.members import MOST, Changed

COLUMNS = ("first_name", "last_name", "email", "job_title")


def page(request: HttpRequest, group_id: int) -> HttpResponse:
    """First those that are ticked already, then whom a search finds; without a search the most engaged."""
    group = door.one(request, group_frame.groups(), group_id)
    door.require(request, group_frame.EDIT_MEMBERS)
    # It shows people who are no members, and finds them by name and address.
    door.require(request, group_frame.VIEW_PEOPLE)
    sent = request.POST if request.method == "POST" else request.GET
    query, ticked = sent.get("q", ""), asked_people(request)
    states = roles.of_group(group)
    if group_consequences.is_asked(request):
        return group_consequences.answer(request, _says(request, states, _kept(group, ticked)))
    people, n_found = _offered(group, query, ticked)
    form = _form(request, states, people, ticked)
    assigned = door.submit(request, form, lambda _given: _assign(request, group, form))
    if assigned is not None:
        n = len(assigned.before)
        said = ngettext("%(n)s person is assigned.", "%(n)s people are assigned.", n) % {"n": n}
        return group_undo.leave(request, group, said, assigned)
    return group_frame.dialog(
        request, group, "buying_groups/admin/group_assign.html",
        title=_("Assign people"), heading=_("Assign people to “%s”") % group,
        status=400 if form.errors else 200,
        people_url="" if people else group_frame.people_url(request, group),
        form=form, icon="group_add", submit=_("Assign"), is_wide=True,
        rows=_rows(group, people, form, ticked), query=query, n_found=counting.many(n_found), most=MOST,
        is_cut=n_found > MOST, says=_says(request, states, [one for one in people if one.pk in ticked]),
    )  # fmt: skip


def _offered(group: BuyingGroup, query: str, ticked: Sequence[int]) -> tuple[list[Person], int]:
    """The people to choose from, and how many there are in all."""
    kept = _kept(group, ticked)
    others = containing(who.candidates(group).exclude(pk__in=ticked), COLUMNS, query)
    n_found = others.order_by().values("pk")[: counting.EXACT_TO + 1].count()
    return [*kept, *others[:MOST]], n_found


def _kept(group: BuyingGroup, ticked: Sequence[int]) -> list[Person]:
    """Those that are ticked and may be assigned."""
    return list(who.candidates(group).filter(pk__in=ticked)) if ticked else []


def _says(request: HttpRequest, states: Sequence[RoleState], chosen: Sequence[Person]) -> Says:
    fields = {person.pk: field_of(person.pk) for person in chosen}
    nobody_yet = dict.fromkeys(fields, None)
    return group_consequences.says(states, group_consequences.change(request, states, nobody_yet, fields))


def _form(
    request: HttpRequest, states: Sequence[RoleState], people: Sequence[Person], ticked: Sequence[int]
) -> RolesForm:
    only = states[0].role_id if len(states) == 1 else None
    given = {person.pk: door.number(request.GET.get(field_of(person.pk))) or only for person in people}
    return RolesForm(
        [person.pk for person in people], states,
        request.POST if request.method == "POST" else None,
        initial=given, needed=ticked,
    )  # fmt: skip


def _assign(request: HttpRequest, group: BuyingGroup, form: RolesForm) -> Changed:
    return members.assign(group, form.roles(), **door.said(request))


def _rows(
    group: BuyingGroup, people: Sequence[Person], form: RolesForm, ticked: Sequence[int]
) -> list[dict[str, Any]]:
    gone = told(who.former(group).filter(person_id__in=[person.pk for person in people]))
    former = {line.member.person_id: line for line in gone}
    return [
        {
            "person": person,
            "field": form[field_of(person.pk)],
            "is_ticked": person.pk in ticked,
            "engagement": scores.whole(person.engagement_score),
            "former": former.get(person.pk),
        }
        for person in people
    ]
