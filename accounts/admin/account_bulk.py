"""Several accounts at once: onto a list, or away. First a page that says how many."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import account_pages, bulk, door
from accounts.models import Account, AccountList
from accounts.services import accounts, lists

IN_ORDER = Account.objects.order_by("name", "pk")


class ListForm(forms.Form):
    """Which list they come to."""

    list = forms.ModelChoiceField(
        label=gettext_lazy("Account list"),
        queryset=AccountList.objects.filter(type=AccountList.Type.STATIC).order_by("name"),
        widget=forms.Select,
        help_text=gettext_lazy("Static lists only: dynamic ones fill themselves."),
    )


def delete(request: HttpRequest) -> HttpResponse:
    """What goes with them; then they go."""
    door.require(request, "accounts.view_account")
    door.require(request, "accounts.delete_account")
    found = bulk.meant(request, IN_ORDER)
    ids, n = [account.pk for account in found], len(found)
    if (
        found
        and request.method == "POST"
        and door.attempt(
            request,
            lambda: accounts.delete(ids, by=request.user),
            lambda n: (
                ngettext("%(n)s account is deleted.", "%(n)s accounts are deleted.", n) % {"n": f"{n:,}"}
            ),
        )
    ):
        return HttpResponseRedirect(bulk.back(request, Account))
    return bulk.page(
        request,
        found,
        Account,
        title=_("Delete accounts"),
        heading=ngettext("Delete %(n)s account", "Delete %(n)s accounts", n) % {"n": f"{n:,}"},
        says=account_pages.goes(ids),
        submit=_("Delete accounts"),
        icon="delete",
        danger=True,
    )


def add_to_list(request: HttpRequest) -> HttpResponse:
    """They come onto a static list."""
    door.require(request, "accounts.view_account")
    door.require(request, "accounts.edit_members_accountlist")
    found = bulk.meant(request, IN_ORDER)
    ids, n = [account.pk for account in found], len(found)
    form = ListForm(request.POST if "list" in request.POST else None)
    added = door.submit(
        request, form, lambda given: lists.add_members(given["list"], ids, **door.said(request))
    )
    if added is not None:
        onto = form.cleaned_data["list"]
        words = ngettext(
            "%(n)s account is added to “%(list)s”.", "%(n)s accounts are added to “%(list)s”.", added
        )
        said = words % {"n": f"{added:,}", "list": onto.name}
        return door.done(request, said, door.to(onto, "change", onto.pk))
    return bulk.page(
        request,
        found,
        Account,
        title=_("Add to an account list"),
        form=form,
        heading=ngettext("Add %(n)s account to a list", "Add %(n)s accounts to a list", n) % {"n": f"{n:,}"},
        submit=_("Add"),
        icon="playlist_add",
        status=400 if form.errors else 200,
    )


BULKS = (
    bulk.Bulk(
        "add_to_list",
        gettext_lazy("Add to an account list"),
        ("accounts.edit_members_accountlist",),
        add_to_list,
    ),
    bulk.Bulk("delete_selected", gettext_lazy("Delete"), ("accounts.delete_account",), delete),
)
