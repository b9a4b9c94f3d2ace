"""An account: what is known of it at a glance, its details, its timeline, and how it goes."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.admin import cells, door, panels, scores_of, timeline
from accounts.admin.attribute_form import AttributeForm
from accounts.admin.counting import EXACT_TO, many
from accounts.attributes import all_of
from accounts.models import Account, AccountPerson, Event, ListMember
from accounts.services import accounts
from accounts.services.checking import current

PEOPLE_SHOWN = 8
LISTS_SHOWN = 50
EVENTS_SHOWN = 12


def overview(request: HttpRequest, account_id: Any) -> HttpResponse:
    """What is known of it, its people, its lists, what other apps say, and what happened last."""
    account = door.one(request, Account.objects.all(), account_id)
    return show(
        request,
        account,
        "account.html",
        "change",
        known=known(account),
        people=_people(request, account),
        lists=_lists(request, account),
        panels=panels.of_account(request, account),
        timeline=timeline.of_account(account, hidden=timeline.hidden_from(request), size=EVENTS_SHOWN),
        timeline_url=door.to(account, "timeline", account.pk),
        people_url=door.to(account, "people", account.pk),
    )


def details(request: HttpRequest, account_id: Any) -> HttpResponse:
    """All of its values, for whoever may change them; for the others to read."""
    account = door.one(request, Account.objects.all(), account_id)
    may_change = door.may(request, "accounts.change_account")
    if request.method == "POST":
        door.require(request, "accounts.change_account")
    form = AttributeForm("account", account, request.POST or None, read_only=not may_change)
    saved = door.submit(
        request, form, lambda _given: accounts.edit(account.pk, form.changes(), **door.said(request))
    )
    if saved is not None:
        return door.done(request, _("“%s” is saved.") % saved.name, door.to(account, "details", account.pk))
    status = 400 if form.errors else 200
    return show(
        request,
        account,
        "details.html",
        "details",
        status=status,
        form=form,
        may_change=may_change,
        submit=_("Save"),
    )


def create(request: HttpRequest) -> HttpResponse:
    """A new account."""
    door.require(request, "accounts.add_account")
    form = AttributeForm("account", None, request.POST or None)
    made = door.submit(request, form, lambda _given: accounts.create(form.changes(), **door.said(request)))
    if made is not None:
        return door.done(request, _("“%s” is an account now.") % made.name, door.to(made, "change", made.pk))
    return door.page(
        request,
        "create.html",
        Account,
        title=_("Add account"),
        status=400 if form.errors else 200,
        form=form,
        may_change=True,
        submit=_("Add account"),
        back=door.to(Account, "changelist"),
    )


def timeline_page(request: HttpRequest, account_id: Any) -> HttpResponse:
    """Everything that happened to it, latest first."""
    account = door.one(request, Account.objects.all(), account_id)
    before = request.GET.get("before", "")
    return show(
        request,
        account,
        "timeline.html",
        "timeline",
        timeline=timeline.of_account(account, hidden=timeline.hidden_from(request), before=before),
        before=before,
    )


def delete(request: HttpRequest, account_id: Any) -> HttpResponse:
    """What goes with it; then it goes."""
    account = door.one(request, Account.objects.all(), account_id)
    door.require(request, "accounts.delete_account")
    if request.method == "POST" and door.attempt(
        request,
        lambda: accounts.delete([account.pk], by=request.user),
        lambda _n: _("“%s” is deleted.") % account.name,
    ):
        return HttpResponseRedirect(door.to(Account, "changelist"))
    return door.page(
        request,
        "delete.html",
        Account,
        title=_("Delete account"),
        object=account,
        heading=_("Delete “%s”") % account.name,
        says=goes([account.pk]),
        back=door.to(account, "change", account.pk),
        submit=_("Delete account"),
    )


def goes(ids: list[int]) -> list[tuple[str, str]]:
    """What goes with these accounts, and what stays; (icon, sentence)."""
    people = AccountPerson.objects.filter(account_id__in=ids)[: EXACT_TO + 1].count()
    lists = ListMember.objects.filter(account_id__in=ids).values("account_list_id")[: EXACT_TO + 1].count()
    events = Event.objects.filter(account_id__in=ids).values("pk")[: EXACT_TO + 1].count()
    return [
        ("delete_forever", _("All values, for good.")),
        ("list_alt", _("Places on lists: %s.") % many(lists)),
        ("history", _("The timeline: %s events.") % many(events)),
        *panels.going(ids),
        ("group", _("The people stay (%s); they only no longer belong there.") % many(people)),
    ]


def show(
    request: HttpRequest, account: Account, template: str, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of the account in its frame."""
    may_people = door.may(request, "accounts.view_person")
    tabs = [
        ("change", _("Overview")),
        ("details", _("Details")),
        ("people", _("People")),
        ("timeline", _("Timeline")),
    ]
    frame = {
        "object": account,
        "icon": "domain",
        "heading": account.name,
        "lead": lead(account),
        "tab": tab,
        "tabs": [
            (name, label, door.to(account, name, account.pk))
            for name, label in tabs
            if name != "people" or may_people
        ],
        "delete_url": door.to(account, "delete", account.pk)
        if door.may(request, "accounts.delete_account")
        else "",
        "may_change_people": door.may(request, "accounts.change_person"),
    }
    return door.page(request, template, Account, title=account.name, status=status, **frame, **context)


def lead(account: Account) -> str:
    """What one reads below its name."""
    place = ", ".join(part for part in (account.city, account.country) if part)
    return " · ".join(part for part in (account.domain, account.industry, place) if part)


def known(account: Account) -> list[tuple[str, str]]:
    """Label and value of everything that is known."""
    values = [(attribute, current(account, attribute)) for attribute in all_of("account")]
    found = [
        (str(attribute.label), cells.value(attribute, value))
        for attribute, value in values
        if value not in (None, "")
    ]
    return [
        *found,
        (_("Created at"), cells.moment(account.created_at)),
        (_("Updated at"), cells.moment(account.updated_at)),
    ]


def _people(request: HttpRequest, account: Account) -> dict[str, Any] | None:
    """Some of its people with their scores, primary ones first."""
    if not door.may(request, "accounts.view_person"):
        return None
    relations = AccountPerson.objects.filter(account=account).select_related("person")
    found = list(relations.order_by(F("is_primary").desc(), "person__last_name", "pk")[: PEOPLE_SHOWN + 1])
    return {**scores_of.table(found[:PEOPLE_SHOWN]), "more": len(found) > PEOPLE_SHOWN}


def _lists(request: HttpRequest, account: Account) -> list[ListMember] | None:
    if not door.may(request, "accounts.view_accountlist"):
        return None
    members = ListMember.objects.filter(account=account).select_related("account_list")
    return list(members.order_by("account_list__name")[:LISTS_SHOWN])
