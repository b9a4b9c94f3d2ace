"""The people of an account: who they are, as what, and how they come and go."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.admin import door, relation_form, scores_of
from accounts.admin.account_pages import show
from accounts.models import Account, AccountPerson, Person
from accounts.search import containing

SIZE = 50
VIEW = "accounts.view_person"


def page(request: HttpRequest, account_id: int) -> HttpResponse:
    """A page of them, by a cursor: an account may have thousands."""
    account = door.one(request, Account.objects.all(), account_id)
    door.require(request, VIEW)
    query = request.GET.get("q", "")
    rows = _relations(account, query).filter(pk__gt=door.number(request.GET.get("after")))
    found = list(rows[: SIZE + 1])
    more = found[SIZE - 1].pk if len(found) > SIZE else 0
    return show(
        request,
        account,
        "account_people.html",
        "people",
        people=scores_of.table(found[:SIZE]),
        query=query,
        more=more,
        is_first=not request.GET.get("after"),
        add_url=door.to(account, "people_add", account.pk),
    )


def _relations(account: Account, query: str) -> QuerySet[AccountPerson]:
    rows = AccountPerson.objects.filter(account=account).select_related("person").order_by("pk")
    return containing(rows, ("email", "first_name", "last_name"), query, prefix="person__")


def add(request: HttpRequest, account_id: int) -> HttpResponse:
    """A person who is known already comes to the account."""
    account = door.one(request, Account.objects.all(), account_id)
    door.require(request, "accounts.change_person")
    form = relation_form.PersonForm(request.POST or None)
    added = door.submit(
        request, form, lambda given: relation_form.add(request, account.pk, given["person"].pk, given)
    )
    if added is not None:
        return door.done(
            request, _("%s is added.") % form.cleaned_data["person"], door.to(account, "people", account.pk)
        )
    may_create = door.may(request, "accounts.add_person")
    return door.page(
        request,
        "relation.html",
        Account,
        title=_("Add a person"),
        status=400 if form.errors else 200,
        form=form,
        heading=_("Add a person to “%s”") % account.name,
        back=door.to(account, "people", account.pk),
        submit=_("Add"),
        create_url=f"{door.to(Person, 'add')}?account={account.pk}" if may_create else "",
        object=account,
        icon="person_add",
    )


@require_POST
def edit(request: HttpRequest, account_id: int, person_id: int) -> HttpResponse:
    relation_form.edit(request, account_id, person_id)
    return _back(request, account_id)


@require_POST
def remove(request: HttpRequest, account_id: int, person_id: int) -> HttpResponse:
    relation_form.remove(request, account_id, person_id)
    return _back(request, account_id)


def _back(request: HttpRequest, account_id: Any) -> HttpResponse:
    return HttpResponseRedirect(door.to(Account, "people", account_id))
