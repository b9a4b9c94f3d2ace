"""A user's own API tokens: made and shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import cells, door
from accounts.admin.table import Table
from accounts.models import ApiToken
from accounts.services import tokens


class NewForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=tokens.LONGEST_NAME,
        widget=forms.TextInput,
        help_text=gettext_lazy("What uses it, so that you know which one to revoke."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(scope, scope) for scope in tokens.known_scopes()],
        help_text=gettext_lazy("None: all that you may do yourself. “read” and “write” are for all areas."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for (days)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Empty: as long as this installation's settings say."),
    )


@admin.register(ApiToken)
class ApiTokenAdmin(Table):
    """Only the tokens of whoever looks; an administrator sees no others' either."""

    columns = ("name", "begins", "may", "made", "ends", "used")
    sortable_by = ("name", "made", "ends")
    ordering = ("-created",)
    list_disable_select_all = True
    change_list_template = "accounts/admin/list.html"
    add_label = gettext_lazy("Create token")
    empty_icon = "key"
    empty_text = gettext_lazy(
        "A token lets a program use the API in your name. It is shown once, when it is made."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return tokens.own(request.user)  # type: ignore[arg-type]

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def name(self, token: ApiToken) -> str:
        return str(token)

    @admin.display(description=gettext_lazy("Begins with"))
    def begins(self, token: ApiToken) -> str:
        return f"{token.token_key}…"

    @admin.display(description=gettext_lazy("Scopes"))
    def may(self, token: ApiToken) -> str:
        return ", ".join(token.scopes) or _("all that you may do")

    @admin.display(description=gettext_lazy("Created at"), ordering="created")
    def made(self, token: ApiToken) -> str:
        return cells.moment(token.created)

    @admin.display(description=gettext_lazy("Valid until"), ordering="expiry")
    def ends(self, token: ApiToken) -> str:
        return cells.moment(token.expiry)

    @admin.display(description=gettext_lazy("Last used"))
    def used(self, token: ApiToken) -> str:
        return cells.moment(token.last_used_at)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        door.require(request, "accounts.add_apitoken")
        form = NewForm(request.POST or None)
        owner: Any = request.user
        made = door.submit(request, form, lambda given: tokens.create(owner, **given, **door.said(request)))
        if made is not None:
            return _shown_once(request, *made)
        return door.page(
            request,
            "small_form.html",
            ApiToken,
            title=_("Create an API token"),
            status=400 if form.errors else 200,
            form=form,
            may_change=True,
            icon="key",
            back=door.to(ApiToken, "changelist"),
            submit=_("Create token"),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A token has nothing to change: its page revokes it."""
        return self.delete_view(request, object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        door.require(request, "accounts.view_apitoken")
        token = self.get_queryset(request).filter(pk=object_id[:200].replace("\0", "")).first()
        if token is None:
            return HttpResponseRedirect(door.to(ApiToken, "changelist"))
        if request.method == "POST" and door.attempt(
            request,
            lambda: tokens.revoke(token, by=request.user),
            lambda _none: _("“%s” is revoked.") % token,
        ):
            return HttpResponseRedirect(door.to(ApiToken, "changelist"))
        says = [
            ("key_off", _("Programs that use it are refused from now on.")),
            ("undo", _("It cannot be brought back; make a new one.")),
        ]
        return door.page(
            request,
            "delete.html",
            ApiToken,
            title=_("Revoke token"),
            object=token,
            says=says,
            submit=_("Revoke token"),
            heading=_("Revoke “%s”") % token,
            back=door.to(ApiToken, "changelist"),
        )


def _shown_once(request: HttpRequest, token: ApiToken, text: str) -> HttpResponse:
    """The only page that ever holds the token's text; no cache keeps it."""
    response = door.page(
        request,
        "token.html",
        ApiToken,
        title=_("Your new API token"),
        token=token,
        text=text,
        back=door.to(ApiToken, "changelist"),
        heading=_("“%s” is made") % token,
        icon="key",
    )
    response["Cache-Control"] = "no-store"
    return response
