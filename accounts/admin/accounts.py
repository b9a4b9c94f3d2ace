"""The list of accounts: a million rows, so it searches, filters and sorts by indexes only."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import account_bulk, account_pages, account_people, cells
from accounts.admin.filters import CountryFilter, IndustryFilter, ListFilter, WholeRangeFilter
from accounts.admin.own_pages import OwnPages, Pages
from accounts.admin.table import Table
from accounts.models import Account
from accounts.search import containing

PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("<int:account_id>/details/", account_pages.details, "details"),
    ("<int:account_id>/timeline/", account_pages.timeline_page, "timeline"),
    ("<int:account_id>/people/", account_people.page, "people"),
    ("<int:account_id>/people/add/", account_people.add, "people_add"),
    ("<int:account_id>/people/<int:person_id>/edit/", account_people.edit, "people_edit"),
    ("<int:account_id>/people/<int:person_id>/remove/", account_people.remove, "people_remove"),
)


@admin.register(Account)
class AccountAdmin(OwnPages, Table):
    """All accounts. Their pages are functions beside this file; nothing is saved by the admin's own forms."""

    columns = (
        "name",
        "domain_name",
        "industry",
        "headcount",
        "revenue",
        "city",
        "state",
        "country",
        "owner_email",
        "external_id",
        "sic_code",
        "time_zone",
        "updated",
        "created",
    )
    shown = ("name", "domain_name", "industry", "headcount", "revenue", "country", "updated")
    sortable_by = ("name", "domain_name", "industry", "country", "created")
    list_filter = (IndustryFilter, CountryFilter, ListFilter, ("employees", WholeRangeFilter))
    list_disable_select_all = True
    search_fields = ("name", "domain")
    search_help_text = _("Search by name or domain")
    ordering = ("name",)
    bulks = account_bulk.BULKS
    export_permission = "accounts.export_account"
    change_list_template = "accounts/admin/list.html"
    add_label = _("Add account")
    import_kind = "accounts"
    empty_icon = "domain"
    empty_text = _("An account is a company. Import your companies from a CSV file, or add one by hand.")
    pages = Pages(
        change=account_pages.overview,
        add=account_pages.create,
        delete=account_pages.delete,
        history=account_pages.timeline_page,
    )

    @admin.display(description=_("Domain"), ordering=Lower("domain"))
    def domain_name(self, account: Account) -> str:
        return account.domain or cells.DASH

    @admin.display(description=_("Employees"))
    def headcount(self, account: Account) -> str:
        return cells.amount(account.employees)

    @admin.display(description=_("Annual revenue"))
    def revenue(self, account: Account) -> str:
        return cells.amount(account.annual_revenue)

    @admin.display(description=_("Updated at"))
    def updated(self, account: Account) -> str:
        return cells.moment(account.updated_at)

    # Ids grow with time, and have an index.
    @admin.display(description=_("Created at"), ordering="pk")
    def created(self, account: Account) -> str:
        return cells.moment(account.created_at)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Account], search_term: str
    ) -> tuple[QuerySet[Account], bool]:
        found = containing(queryset, ("name", "domain"), search_term)
        return (self.bounded(request, found) if search_term else queryset), False

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return exports.attribute_columns("account")

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path(route, wrap(view), name=f"accounts_account_{name}") for route, view, name in PAGES]
        return [*own, *super().get_urls()]
