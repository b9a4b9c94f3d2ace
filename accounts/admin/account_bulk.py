"""Several accounts at once: onto a list, or away. First a page that says how many."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import account_pages, door
from accounts.models import Account, AccountList
from accounts.services import accounts, lists

# They stand in an address, whose length has its limits.
AT_ONCE = 200
NAMED = 12


class ListForm(forms.Form):
    """Which list they come to."""

    list = forms.ModelChoiceField(
        label=gettext_lazy("Account list"),
        queryset=AccountList.objects.filter(type=AccountList.Type.STATIC).order_by("name"),
        widget=forms.Select,
        help_text=gettext_lazy("Static lists only: dynamic ones fill themselves."),
    )


def ask(request: HttpRequest, chosen: QuerySet[Account], page: str) -> HttpResponse:
    """From the list with its ticks to the page that asks."""
    ids = ",".join(str(pk) for pk in chosen.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return HttpResponseRedirect(f"{door.to(Account, page)}?ids={ids}")


def delete(request: HttpRequest) -> HttpResponse:
    """What goes with them; then they go."""
    door.require(request, "accounts.delete_account")
    ids = _ids(request)
    if request.method == "POST" and door.attempt(
        request,
        lambda: accounts.delete(ids, by=request.user),
        lambda n: _("%s accounts are deleted.") % f"{n:,}",
    ):
        return HttpResponseRedirect(door.to(Account, "changelist"))
    return door.page(
        request,
        "delete.html",
        Account,
        title=_("Delete accounts"),
        heading=_("Delete %s accounts") % len(ids),
        ids=ids,
        names=_names(ids),
        says=account_pages.goes(ids),
        back=door.to(Account, "changelist"),
        submit=_("Delete accounts"),
    )


def add_to_list(request: HttpRequest) -> HttpResponse:
    """They come onto a static list."""
    door.require(request, "accounts.view_account")
    door.require(request, "accounts.edit_members_accountlist")
    ids = _ids(request)
    form = ListForm(request.POST if "list" in request.POST else None)
    added = door.submit(
        request, form, lambda given: lists.add_members(given["list"], ids, **door.said(request))
    )
    if added is not None:
        found = form.cleaned_data["list"]
        said = _("%(n)s accounts are added to “%(list)s”.") % {"n": f"{added:,}", "list": found.name}
        return door.done(request, said, door.to(found, "change", found.pk))
    return door.page(
        request,
        "add_to_list.html",
        Account,
        title=_("Add to an account list"),
        form=form,
        ids=ids,
        names=_names(ids),
        heading=_("Add %s accounts to a list") % len(ids),
        back=door.to(Account, "changelist"),
        submit=_("Add"),
        icon="playlist_add",
        status=400 if form.errors else 200,
    )


def _ids(request: HttpRequest) -> list[int]:
    """The accounts that are meant, out of the address first, out of the form then."""
    given = request.POST.get("ids") or request.GET.get("ids", "")
    return [id for text in given.split(",")[:AT_ONCE] if (id := door.number(text))]


def _names(ids: list[int]) -> list[str]:
    found = list(
        Account.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)[: NAMED + 1]
    )
    return [*found[:NAMED], _("and %s more") % (len(ids) - NAMED)] if len(found) > NAMED else found
