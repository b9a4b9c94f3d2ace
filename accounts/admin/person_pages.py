"""A person: what is known of them at a glance, their details, scores and timeline, and how they go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.admin import cells, door, panels, timeline
from accounts.admin.attribute_form import AttributeForm
from accounts.admin.counting import EXACT_TO, many
from accounts.attributes import all_of
from accounts.findings import Finding, Invalid
from accounts.models import Account, AccountPerson, Event, Person, PersonScore, Score
from accounts.services import people, relations
from accounts.services import scores as score_service
from accounts.services.checking import current

ACCOUNTS_SHOWN = 50
EVENTS_SHOWN = 12


def overview(request: HttpRequest, person_id: Any) -> HttpResponse:
    """What is known of them, where they belong, their scores, and what happened last."""
    person = door.one(request, Person.objects.all(), person_id)
    relations_ = (
        AccountPerson.objects.filter(person=person).select_related("account").order_by("-is_primary", "pk")
    )
    return show(
        request,
        person,
        "person.html",
        "change",
        known=known(person),
        relations=relations_[:ACCOUNTS_SHOWN],
        scores=_scores(person),
        add_account_url=door.to(person, "accounts_add", person.pk),
        scores_url=door.to(person, "scores", person.pk),
        may_view_accounts=door.may(request, "accounts.view_account"),
        panels=panels.of_person(request, person),
        timeline=timeline.of_person(person, hidden=timeline.hidden_from(request), size=EVENTS_SHOWN),
        timeline_url=door.to(person, "timeline", person.pk),
    )


def details(request: HttpRequest, person_id: Any) -> HttpResponse:
    """All of their values, for whoever may change them; for the others to read."""
    person = door.one(request, Person.objects.all(), person_id)
    may_change = door.may(request, "accounts.change_person")
    if request.method == "POST":
        door.require(request, "accounts.change_person")
    form = AttributeForm("person", person, request.POST or None, read_only=not may_change)
    saved = door.submit(
        request, form, lambda _given: people.edit(person.pk, form.changes(), **door.said(request))
    )
    if saved is not None:
        return door.done(request, _("“%s” is saved.") % saved, door.to(person, "details", person.pk))
    status = 400 if form.errors else 200
    return show(
        request,
        person,
        "details.html",
        "details",
        status=status,
        form=form,
        may_change=may_change,
        submit=_("Save"),
    )


def create(request: HttpRequest) -> HttpResponse:
    """A new person, of the account that the address names."""
    door.require(request, "accounts.add_person")
    account = Account.objects.filter(pk=door.number(request.GET.get("account"))).first()
    form = AttributeForm("person", None, request.POST or None)
    made = door.submit(request, form, lambda _given: _create(request, form.changes(), account))
    if made is not None:
        return door.done(request, _("%s is added.") % made, door.to(made, "change", made.pk))
    back = door.to(account, "people", account.pk) if account else door.to(Person, "changelist")
    return door.page(
        request,
        "create.html",
        Person,
        title=_("Add person"),
        status=400 if form.errors else 200,
        form=form,
        may_change=True,
        submit=_("Add person"),
        back=back,
        of_account=account,
    )


@transaction.atomic
def _create(request: HttpRequest, values: dict[str, Any], account: Account | None) -> Person:
    """Both or nothing: a person who is to belong to an account belongs to it."""
    person = people.create(values, **door.said(request))
    if account is not None:
        relations.add(account.pk, person.pk, **door.said(request))
    return person


def scores(request: HttpRequest, person_id: int) -> HttpResponse:
    """Set what they have of each score."""
    person = door.one(request, Person.objects.all(), person_id)
    door.require(request, "accounts.change_person")
    form = ScoresForm(_scores(person), request.POST or None)
    saved = door.submit(request, form, lambda _given: _set_scores(request, person, form))
    if saved is not None:
        return door.done(request, _("The scores are saved."), door.to(person, "change", person.pk))
    return door.page(
        request,
        "form_dialog.html",
        Person,
        title=_("Scores"),
        heading=_("Scores of %s") % person,
        object=person,
        form=form,
        status=400 if form.errors else 200,
        back=door.to(person, "change", person.pk),
        submit=_("Save"),
        icon="speed",
    )


class ScoresForm(forms.Form):
    """A whole number for each score; empty: never changed, and left so."""

    def __init__(self, found: list[tuple[Score, int | None]], data: Any = None) -> None:
        self.known = {f"score_{score.pk}": score for score, _value in found}
        super().__init__(data, initial={f"score_{score.pk}": value for score, value in found})
        for score, value in found:
            self.fields[f"score_{score.pk}"] = forms.IntegerField(
                label=score.label,
                required=value is not None,
                help_text=score.description,
                show_hidden_initial=True,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )


@transaction.atomic
def _set_scores(request: HttpRequest, person: Person, form: ScoresForm) -> bool:
    for name in form.changed_data:
        if form.cleaned_data[name] is None:
            continue
        try:
            score_service.set_score(
                person.pk, form.known[name], form.cleaned_data[name], **door.said(request)
            )
        except Invalid as wrong:
            raise Invalid(
                Finding(finding.code, finding.message, (name,)) for finding in wrong.findings
            ) from wrong
    return True


def _scores(person: Person) -> list[tuple[Score, int | None]]:
    values = dict(PersonScore.objects.filter(person=person).values_list("score_id", "value"))
    return [(score, values.get(score.pk)) for score in Score.objects.order_by("label")]


def timeline_page(request: HttpRequest, person_id: Any) -> HttpResponse:
    """Everything that happened to them, latest first."""
    person = door.one(request, Person.objects.all(), person_id)
    before = request.GET.get("before", "")
    return show(
        request,
        person,
        "timeline.html",
        "timeline",
        timeline=timeline.of_person(person, hidden=timeline.hidden_from(request), before=before),
        before=before,
    )


def delete(request: HttpRequest, person_id: Any) -> HttpResponse:
    """What goes with them; then they go."""
    person = door.one(request, Person.objects.all(), person_id)
    door.require(request, "accounts.delete_person")
    if request.method == "POST" and door.attempt(
        request,
        lambda: people.delete([person.pk], **door.said(request)),
        lambda _n: _("%s is deleted.") % person,
    ):
        return HttpResponseRedirect(door.to(Person, "changelist"))
    return door.page(
        request,
        "delete.html",
        Person,
        title=_("Delete person"),
        object=person,
        heading=_("Delete %s") % person,
        says=goes([person.pk]),
        back=door.to(person, "change", person.pk),
        submit=_("Delete person"),
    )


def goes(ids: list[int]) -> list[tuple[str, str]]:
    """What goes with these people, and what stays; (icon, sentence)."""
    accounts = AccountPerson.objects.filter(person_id__in=ids).values("account_id").distinct()
    events = Event.objects.filter(person_id__in=ids).values("pk")[: EXACT_TO + 1].count()
    return [
        ("delete_forever", _("All values and scores, for good.")),
        ("history", _("The timeline: %s events.") % many(events)),
        (
            "domain",
            _("The accounts stay (%s); nobody of these belongs to them any more.")
            % many(accounts[: EXACT_TO + 1].count()),
        ),
        *panels.ending(ids),
    ]


def show(
    request: HttpRequest, person: Person, template: str, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of the person in its frame."""
    tabs = [("change", _("Overview")), ("details", _("Details")), ("timeline", _("Timeline"))]
    frame = {
        "object": person,
        "icon": "person",
        "heading": str(person),
        "tab": tab,
        "lead": " · ".join(part for part in (person.job_title, person.email) if part),
        "tabs": [(name, label, door.to(person, name, person.pk)) for name, label in tabs],
        "delete_url": door.to(person, "delete", person.pk)
        if door.may(request, "accounts.delete_person")
        else "",
        "may_change_people": door.may(request, "accounts.change_person"),
    }
    return door.page(request, template, Person, title=str(person), status=status, **frame, **context)


def known(person: Person) -> list[tuple[str, str]]:
    """Label and value of everything that is known; what is simply not the case is left out."""
    values = [(attribute, current(person, attribute)) for attribute in all_of("person")]
    found = [
        (str(a.label), cells.value(a, value))
        for a, value in values
        if value not in (None, "") and value is not False
    ]
    return [
        *found,
        (_("Created at"), cells.moment(person.created_at)),
        (_("Updated at"), cells.moment(person.updated_at)),
    ]
