"""Who is on a list: looked through, added by hand or by a filter, taken off, exported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts import exports
from accounts.admin import conditions, counting, door, download, list_pages, pasted, saved_form
from accounts.models import Account, AccountList, ListMember
from accounts.search import containing, found_ids
from accounts.services import lists

SIZE = 50
# Members from which on a search starts with the accounts of a name instead.
MANY = 50_000
EDIT = "accounts.edit_members_accountlist"
EXPORT = "accounts.export_members_accountlist"


def page(request: HttpRequest, list_id: Any) -> HttpResponse:
    """A page of its members by name, by a cursor: there may be a million."""
    account_list = door.one(request, list_pages.LISTS, list_id)
    query = request.GET.get("q", "")
    rows, n_found = _searched(account_list, query) if query.strip() else (_members(account_list, ""), None)
    found = list(_after(rows, request)[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    may_edit = account_list.type == AccountList.Type.STATIC and door.may(request, EDIT)
    may_export = door.may(request, EXPORT)
    return list_pages.show(
        request,
        account_list,
        "list_members.html",
        "change",
        members=found[:SIZE],
        query=query,
        found="" if n_found is None else counting.many(n_found),
        is_cut=n_found is not None and n_found > counting.EXACT_TO,
        last=last,
        may_edit=may_edit,
        total=list_pages.members_of(account_list),
        words=conditions.words(account_list.condition),
        is_first="after" not in request.GET,
        may_view_accounts=door.may(request, "accounts.view_account"),
        add_url=door.to(account_list, "members_add", account_list.pk),
        filter_url=door.to(account_list, "members_add_by_filter", account_list.pk),
        remove_url=door.to(account_list, "members_remove", account_list.pk),
        export_url=door.to(account_list, "members_export", account_list.pk) if may_export else "",
    )


def _members(account_list: AccountList, query: str) -> QuerySet[Account]:
    rows = Account.objects.filter(memberships__account_list_id=account_list.pk).order_by("name", "pk")
    return containing(rows, ("name", "domain"), query)


def _searched(account_list: AccountList, query: str) -> tuple[QuerySet[Account], int]:
    """Of the members that a search finds as many as are counted, by name, and their number.

    They are found first and then sorted: walking the index on names until a page is full would read all names
    before the first one that fits.
    """
    members = ListMember.objects.filter(account_list=account_list).values("account_id")
    many = members[: MANY + 1].count() > MANY
    ids = found_ids(
        _among_many(account_list, query) if many else _members(account_list, query),
        at_most=counting.EXACT_TO + 1,
    )
    by_name = counting.without_index("name", Account._meta)
    return counting.only(Account.objects.order_by(by_name, "pk"), ids), len(ids)


def _among_many(account_list: AccountList, query: str) -> QuerySet[Account]:
    """Each account that is found is looked up on the list, until there are enough.

    The planner would rather read half a million members. A short list is better read first, as it does.
    """
    named = containing(Account.objects.all(), ("name", "domain"), query)
    # Not EXISTS: the planner would make a join of it.
    there = ListMember.objects.filter(account_list=account_list, account=OuterRef("pk")).values("account_id")
    return named.alias(member=Subquery(there)).filter(member__isnull=False)


def _after(rows: QuerySet[Account], request: HttpRequest) -> QuerySet[Account]:
    """Those behind the last one of the page before."""
    name, id = request.GET.get("name", "").replace("\0", ""), door.number(request.GET.get("after"))
    if "after" not in request.GET:
        return rows
    return rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=id), name__gte=name)


class PasteForm(forms.Form):
    """Accounts by what staff paste, one a line."""

    accounts = forms.CharField(
        label=gettext_lazy("Accounts"),
        max_length=pasted.LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "One a line: external id, domain, or the exact name. A column pasted from a spreadsheet will do."
        ),
    )


def add(request: HttpRequest, list_id: int) -> HttpResponse:
    """Accounts come onto the list by what is pasted; lines that mean nobody stay to be mended."""
    account_list = door.one(request, list_pages.LISTS, list_id)
    door.require(request, EDIT)
    form = PasteForm(request.POST or None)
    added = door.submit(request, form, lambda given: _add(request, account_list, form, given["accounts"]))
    if added is not None:
        return door.done(request, added, door.to(account_list, "change", account_list.pk))
    return door.page(
        request,
        "form_dialog.html",
        AccountList,
        title=_("Add accounts"),
        status=400 if form.errors else 200,
        form=form,
        heading=_("Add accounts to “%s”") % account_list.name,
        object=account_list,
        submit=_("Add accounts"),
        back=door.to(account_list, "change", account_list.pk),
        icon="playlist_add",
        is_wide=True,
    )


def _add(request: HttpRequest, account_list: AccountList, form: PasteForm, text: str) -> str | None:
    """What was done; None when lines are left, which the form then holds and explains."""
    found = pasted.find(text)
    n = lists.add_members(account_list, found.ids, **door.said(request)) if found.ids else 0
    there = len(found.ids) - n
    said = ngettext("%(n)s account is added.", "%(n)s accounts are added.", n) % {"n": f"{n:,}"}
    if there:
        said += " " + ngettext("%(n)s was on the list already.", "%(n)s were on the list already.", there) % {
            "n": f"{there:,}"
        }
    if not found.unknown and not found.several:
        return said
    if n or there:
        form.add_error(None, said)
    if found.unknown:
        form.add_error("accounts", _("No account for: %s") % pasted.named(found.unknown))
    if found.several:
        form.add_error(
            "accounts", _("Several accounts for (give the external id): %s") % pasted.named(found.several)
        )
    form.data = {"accounts": "\n".join([*found.unknown, *found.several])}
    return None


def add_by_filter(request: HttpRequest, list_id: int) -> HttpResponse:
    """All accounts that satisfy a condition now come onto the list, once."""
    account_list = door.one(request, list_pages.LISTS, list_id)
    door.require(request, EDIT)
    form = saved_form.FilterForm(request.POST or None, initial={"condition": conditions.EVERYBODY})
    added = saved_form.submit(
        request,
        form,
        lambda given: lists.add_by_filter(account_list, given["condition"], **door.said(request)),
    )
    if added is not None:
        said = ngettext("%(n)s account is added.", "%(n)s accounts are added.", added) % {"n": f"{added:,}"}
        return door.done(request, said, door.to(account_list, "change", account_list.pk))
    return door.page(
        request,
        "list_filter.html",
        AccountList,
        title=_("Add by filter"),
        status=400 if form.errors else 200,
        form=form,
        heading=_("Add accounts to “%s” by a filter") % account_list.name,
        object=account_list,
        icon="filter_alt",
        back=door.to(account_list, "change", account_list.pk),
        submit=_("Add all that match"),
        is_wide=True,
    )


@require_POST
def remove(request: HttpRequest, list_id: int) -> HttpResponse:
    """Those that were ticked leave the list."""
    account_list = door.one(request, list_pages.LISTS, list_id)
    ids = [door.number(id) for id in request.POST.getlist("account")]
    door.attempt(
        request,
        lambda: lists.remove_members(account_list, ids, **door.said(request)),
        lambda n: (
            ngettext("%(n)s account is taken off.", "%(n)s accounts are taken off.", n) % {"n": f"{n:,}"}
        ),
    )
    return HttpResponseRedirect(door.to(account_list, "change", account_list.pk))


def export(request: HttpRequest, list_id: int) -> HttpResponseBase:
    """The members with all that is known of them, as CSV, streamed."""
    account_list = door.one(request, list_pages.LISTS, list_id)
    door.require(request, EXPORT)
    rows = _members(account_list, request.GET.get("q", ""))
    text = exports.stream(rows, exports.attribute_columns("account"))
    return download.csv(request, text, "members.csv", back=door.to(account_list, "change", account_list.pk))
