"""The cards of a role template: of a draft to edit, all at once; of a live one to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.admin import conditions, door
from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from buying_groups.admin import cards
from buying_groups.admin.role_template_frame import (
    CHANGE,
    DRAFT,
    TEMPLATES,
    placed,
    roles_of,
    shares,
    show,
    with_words,
)
from buying_groups.models import RoleTemplate, SolutionInterest
from buying_groups.services import role_templates

Roles = list[tuple[int, str]]


class SeenForm(forms.Form):
    """Which version of the template was edited."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def moment(self) -> datetime | None:
        """Its `updated_at`; None when it cannot be read."""
        try:
            return parse_datetime(self.cleaned_data.get("seen", ""))
        except ValueError:
            return None


def page(request: HttpRequest, template_id: Any) -> HttpResponse:
    """The cards. Without JavaScript, moving, removing and adding one saves the draft, too."""
    template = door.one(request, TEMPLATES, template_id)
    if request.method == "POST":
        door.require(request, CHANGE)
    if template.status != DRAFT or not door.may(request, CHANGE):
        return _read(request, template)
    roles = cards.known_roles()
    if request.method == "POST":
        return _save(request, template, roles)
    shown = cards.of_rows(roles_of(template), roles)
    found = role_templates.problems(template)
    cards.put(shown, found)
    return _editor(request, template, shown, roles, problems=placed(found, [card.name for card in shown]))


def _save(request: HttpRequest, template: RoleTemplate, roles: Roles) -> HttpResponse:
    """Keep the cards. Without a fault go back to the page, which says what the draft still lacks."""
    wish = request.POST.get("do", "")
    shown = cards.arranged(cards.of_post(request.POST, roles), wish)
    form = SeenForm(request.POST)
    wrong = [card for card in shown if not card.is_valid()]
    if form.is_valid() and not wrong:
        given = [card.value for card in shown]
        if wish == "add":
            given += [{"role": id} for id in _unused(shown, roles)[:1]]
        try:
            role_templates.set_roles(template, given, unchanged_since=form.moment(), **door.said(request))
        except Invalid as error:
            for finding in cards.put(shown, error.findings):
                form.add_error(None, finding.message)
        except (Conflict, Stale) as refused:
            form.add_error(None, str(refused))
        else:
            back = door.to(template, "change", template.pk)
            return door.done(request, _("“%(name)s” is saved.") % {"name": template.name}, back)
    return _editor(request, template, shown, roles, form=form, status=400)


def _editor(
    request: HttpRequest, template: RoleTemplate, shown: cards.Cards, roles: Roles, **context: Any
) -> HttpResponse:
    seen = {"seen": template.updated_at.isoformat()}
    said = shares((card.name, card.weighs) for card in shown)
    return show(
        request,
        template,
        "template_edit.html",
        "change",
        **{"form": SeenForm(initial=seen), **context},
        cards=[{"form": card, "percent": one["percent"]} for card, one in zip(shown, said, strict=True)],
        shares=said,
        blank=cards.blank(roles),
        catalogue=conditions.catalogue_of("person"),
        catalogue_id=cards.CATALOGUE,
        most=len(roles),
    )


def _read(request: HttpRequest, template: RoleTemplate) -> HttpResponse:
    rows = list(roles_of(template))
    said = shares((str(row.role), row.weight) for row in rows)
    interests = SolutionInterest.objects.filter(template=template).order_by("name")
    return show(
        request,
        template,
        "template_read.html",
        "change",
        roles=with_words(rows),
        shares=said,
        interests=interests if door.may(request, "buying_groups.view_solutioninterest") else [],
        is_live=template.status != DRAFT,
    )


def _unused(shown: cards.Cards, roles: Roles) -> list[int]:
    taken = {str(card["role"].value()) for card in shown}
    return [id for id, _name in roles if str(id) not in taken]
