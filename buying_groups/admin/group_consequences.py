"""What a change of members makes of a group, said before it is made. A dialog asks again when its roles change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.admin import door
from buying_groups.admin import scores
from buying_groups.reports import roles
from buying_groups.reports.roles import RoleState

# With this in its address, a dialog answers with the sentences alone.
THEN = "then"
Says = list[tuple[str, str]]
"""Sentences, each with its icon."""


def says(states: Sequence[RoleState], change: Mapping[int, int]) -> Says:
    """The completeness now and then, and what the group will lack. `change`: members more or fewer by role id."""
    after = roles.changed(states, change)
    figures = {
        "now": scores.percent(roles.completeness(states)),
        "then": scores.percent(roles.completeness(after)),
    }
    lacking = ", ".join(state.name for state in roles.missing(after))
    return [
        ("checklist", _("The completeness of the group: %(now)s now, %(then)s then.") % figures),
        *([("person_alert", _("It will lack: %s.") % lacking)] if lacking else []),
    ]


def change(
    request: HttpRequest,
    states: Sequence[RoleState],
    current: Mapping[int, int | None],
    fields: Mapping[int, str],
) -> Counter[int]:
    """Members more or fewer by role id, if these people (by id) got the roles that are asked for.

    `current`: the role of each, None: no member. `fields`: what asks for the role of each. Who is asked for nothing,
    or for no role of the template, stays as they are.
    """
    sent = request.POST if request.method == "POST" else request.GET
    known = {state.role_id for state in states}
    found: Counter[int] = Counter()
    for person, before in current.items():
        wanted = door.number(sent.get(fields[person]))
        if wanted in known and wanted != before:
            found[wanted] += 1
            if before is not None:
                found[before] -= 1
    return found


def is_asked(request: HttpRequest) -> bool:
    """Whether a dialog asks for nothing but the sentences."""
    return request.method == "GET" and THEN in request.GET


def answer(request: HttpRequest, sentences: Iterable[tuple[str, str]]) -> HttpResponse:
    return render(request, "buying_groups/admin/group_says.html", {"says": sentences})
