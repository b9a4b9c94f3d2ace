"""The list of account lists."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import cells, list_bulk, list_members, list_pages
from accounts.admin.filters import CreatorFilter, StatusFilter, TypeFilter, UseFilter
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.table import Table
from accounts.models import AccountList

PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("<int:list_id>/settings/", list_pages.settings, "settings"),
    ("<int:list_id>/publish/", list_pages.publish, "publish"),
    ("<int:list_id>/members/add/", list_members.add, "members_add"),
    ("<int:list_id>/members/add-by-filter/", list_members.add_by_filter, "members_add_by_filter"),
    ("<int:list_id>/members/remove/", list_members.remove, "members_remove"),
    ("<int:list_id>/members/export/", list_members.export, "members_export"),
)


@admin.register(AccountList)
class AccountListAdmin(Authored, Table):
    """All lists. How many accounts are on one is counted on its page only."""

    columns = ("name", "kind", "state", "about", "creator", "created", "updated", "published")
    shown = ("name", "kind", "state", "about", "creator", "updated")
    sortable_by = ("name", "kind", "state", "created", "updated", "published")
    list_select_related = ("created_by",)
    list_filter = (TypeFilter, StatusFilter, UseFilter, CreatorFilter)
    bulks = list_bulk.BULKS
    list_disable_select_all = True
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("name",)
    export_permission = "accounts.view_accountlist"
    change_list_template = "accounts/admin/list.html"
    add_label = _("Add list")
    empty_icon = "list_alt"
    empty_text = _(
        "A list is a set of accounts: one that you and journeys fill, or one that a condition keeps up to date."
    )
    pages = Pages(change=list_members.page, add=list_pages.create, delete=list_pages.delete)

    @admin.display(description=_("Type"), ordering="type")
    def kind(self, account_list: AccountList) -> str:
        return account_list.get_type_display()

    @admin.display(description=_("Status"), ordering="status")
    def state(self, account_list: AccountList) -> str:
        return cells.badge(account_list.status, account_list.get_status_display())

    @admin.display(description=_("Description"))
    def about(self, account_list: AccountList) -> str:
        return cells.short(account_list.description)

    @admin.display(description=_("Published on"), ordering="published_at")
    def published(self, account_list: AccountList) -> str:
        return cells.moment(account_list.published_at)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = ("name", "type", "status", "description", "created_at", "updated_at", "published_at")
        return [exports.Column(name, F(name)) for name in names]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path(route, wrap(view), name=f"accounts_accountlist_{name}") for route, view, name in PAGES]
        return [*own, *super().get_urls()]
