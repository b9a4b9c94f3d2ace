"""A list: made, described, published, deleted. Its members are in `list_members`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.admin import conditions, door, drafts, saved_form, seen
from accounts.admin.counting import EXACT_TO, many
from accounts.models import AccountList, ListMember
from accounts.services import deleting, lists

LISTS = AccountList.objects.select_related("created_by")
DYNAMIC, DRAFT = AccountList.Type.DYNAMIC, AccountList.Status.DRAFT


def create(request: HttpRequest) -> HttpResponse:
    """A new list, as a draft."""
    door.require(request, "accounts.add_accountlist")
    form = saved_form.NewListForm(request.POST or None)
    made = saved_form.submit(request, form, lambda given: _create(request, given))
    if made is not None:
        return door.done(request, _("“%s” is a draft.") % made.name, door.to(made, "change", made.pk))
    return door.page(
        request,
        "list_create.html",
        AccountList,
        title=_("Add account list"),
        status=400 if form.errors else 200,
        form=form,
        back=door.to(AccountList, "changelist"),
        submit=_("Add list"),
    )


def _create(request: HttpRequest, given: dict[str, Any]) -> AccountList:
    """What the builder holds counts for a dynamic list only."""
    condition = given.pop("condition") if given["type"] == DYNAMIC else given.pop("condition") and None
    return lists.create(**given, condition=condition, **door.said(request))


def settings(request: HttpRequest, list_id: Any) -> HttpResponse:
    """Name, description and, in the draft of a dynamic list, its condition."""
    account_list = door.one(request, LISTS, list_id)
    may_change = door.may(request, "accounts.change_accountlist")
    if request.method == "POST":
        door.require(request, "accounts.change_accountlist")
    form = _form(account_list, request.POST or None, read_only=not may_change)
    said = {**door.said(request), "unchanged_since": seen.moment(request)}
    saved = saved_form.submit(request, form, lambda given: lists.edit(account_list, **given, **said))
    if saved is not None:
        return door.done(request, _("“%s” is saved.") % saved.name, door.to(saved, "settings", saved.pk))
    return show(
        request,
        account_list,
        "list_settings.html",
        "settings",
        status=400 if form.errors else 200,
        form=form,
        may_change=may_change,
        words=conditions.words(account_list.condition),
        seen=seen.shown(request, account_list),
        newer=seen.newer(form, account_list),
        submit=_("Save"),
    )


def _form(account_list: AccountList, data: Any, *, read_only: bool) -> forms.Form:
    """The form that fits its type and status."""
    has_condition = account_list.type == DYNAMIC and account_list.status == DRAFT and not read_only
    initial = {"name": account_list.name, "description": account_list.description}
    if not has_condition:
        form: forms.Form = saved_form.NamedForm(data, initial=initial)
    else:
        form = saved_form.DynamicListForm(
            data, initial={**initial, "condition": conditions.shown(account_list.condition)}
        )
        if data is None:
            form.fields["condition"].say(saved_form.missing(account_list.condition))  # type: ignore[attr-defined]
    for field in form.fields.values():
        field.disabled = read_only
    return form


def publish(request: HttpRequest, list_id: int) -> HttpResponse:
    """What publishing means, with how many accounts match now; then it is live."""
    account_list = door.one(request, LISTS, list_id)
    door.require(request, "accounts.publish_accountlist")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        published = door.submit(
            request, form, lambda _given: lists.publish(account_list, **door.said(request))
        )
        if published is not None:
            return door.done(
                request, _("“%s” is live.") % published.name, door.to(published, "change", published.pk)
            )
    condition = account_list.condition
    return door.page(
        request,
        "list_publish.html",
        AccountList,
        title=_("Publish"),
        heading=_("Publish “%s”") % account_list.name,
        object=account_list,
        form=form,
        status=409 if form.errors else 200,
        words=conditions.words(condition),
        matching=conditions.count(condition) if condition else None,
        members=members_of(account_list),
        is_dynamic=account_list.type == DYNAMIC,
        is_draft=account_list.status == DRAFT,
        icon="publish",
        back=door.to(account_list, "change", account_list.pk),
        submit=_("Publish"),
    )


def delete(request: HttpRequest, list_id: Any) -> HttpResponse:
    """Gone for good, unless somebody uses it; who does is said."""
    account_list = door.one(request, LISTS, list_id)
    door.require(request, "accounts.delete_accountlist")
    if request.method == "POST" and door.attempt(
        request,
        lambda: lists.delete(account_list, by=request.user),
        lambda _none: _("“%s” is deleted.") % account_list.name,
    ):
        return HttpResponseRedirect(door.to(AccountList, "changelist"))
    says = [
        ("delete_forever", _("The list, its description and its condition, for good.")),
        ("playlist_remove", _("The places of its accounts on it: %s.") % members_of(account_list)),
        ("domain", _("The accounts themselves stay.")),
        *drafts.naming("account_list", [account_list]),
    ]
    return door.page(
        request,
        "delete.html",
        AccountList,
        title=_("Delete account list"),
        object=account_list,
        says=says,
        kept=deleting.kept([account_list]).get(account_list.pk),
        heading=_("Delete “%s”") % account_list.name,
        back=door.to(account_list, "change", account_list.pk),
        submit=_("Delete list"),
    )


def members_of(account_list: AccountList) -> str:
    """How many are on it, exactly up to 10,000."""
    members = ListMember.objects.filter(account_list=account_list)
    return many(members.values("account_id")[: EXACT_TO + 1].count())


def show(
    request: HttpRequest,
    account_list: AccountList,
    template: str,
    tab: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A tab of the list in its frame."""
    may_publish = account_list.status == DRAFT and door.may(request, "accounts.publish_accountlist")
    may_delete = door.may(request, "accounts.delete_accountlist")
    tabs = (("change", _("Members")), ("settings", _("Settings")))
    frame = {
        "object": account_list,
        "icon": "list_alt",
        "heading": account_list.name,
        "lead": account_list.description,
        "tab": tab,
        "tabs": [(name, label, door.to(account_list, name, account_list.pk)) for name, label in tabs],
        "badges": [
            (account_list.status, account_list.get_status_display()),
            ("type", account_list.get_type_display()),
        ],
        "publish_url": door.to(account_list, "publish", account_list.pk) if may_publish else "",
        "delete_url": door.to(account_list, "delete", account_list.pk) if may_delete else "",
        "is_dynamic": account_list.type == DYNAMIC,
        "is_draft": account_list.status == DRAFT,
    }
    return door.page(
        request, template, AccountList, title=account_list.name, status=status, **frame, **context
    )
