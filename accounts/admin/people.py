"""The list of people: millions of rows, so it searches and sorts by indexes only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import bulk, cells, person_accounts, person_bulk, person_pages
from accounts.admin.filters import CountryFilter, MarkFilter
from accounts.admin.own_pages import OwnPages, Pages
from accounts.admin.table import Table
from accounts.models import Person
from accounts.search import containing

PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("<int:person_id>/details/", person_pages.details, "details"),
    ("<int:person_id>/timeline/", person_pages.timeline_page, "timeline"),
    ("<int:person_id>/scores/", person_pages.scores, "scores"),
    ("<int:person_id>/accounts/add/", person_accounts.add, "accounts_add"),
    ("<int:person_id>/accounts/<int:account_id>/edit/", person_accounts.edit, "accounts_edit"),
    ("<int:person_id>/accounts/<int:account_id>/remove/", person_accounts.remove, "accounts_remove"),
)


@admin.register(Person)
class PersonAdmin(OwnPages, Table):
    """All people. Their pages are functions beside this file; nothing is saved by the admin's own forms."""

    columns = (
        "name",
        "address",
        "job_title",
        "phone",
        "mobile_phone",
        "city",
        "state",
        "country",
        "language",
        "external_id",
        "opted_out",
        "bounces",
        "test",
        "updated",
        "created",
    )
    shown = ("name", "address", "job_title", "city", "country", "opted_out", "updated")
    sortable_by = ("name", "address", "created")
    list_disable_select_all = True
    list_filter = (MarkFilter, CountryFilter)
    bulks = person_bulk.BULKS
    search_fields = ("email", "first_name", "last_name")
    search_help_text = _("Search by email or name")
    ordering = ("last_name",)
    export_permission = "accounts.export_person"
    change_list_template = "accounts/admin/list.html"
    add_label = _("Add person")
    import_kind = "people"
    empty_icon = "group"
    empty_text = _("People belong to accounts. Import them from a CSV file, or add one by hand.")
    pages = Pages(
        change=person_pages.overview,
        add=person_pages.create,
        delete=person_pages.delete,
        history=person_pages.timeline_page,
    )

    @admin.display(description=_("Name"), ordering="last_name")
    def name(self, person: Person) -> str:
        both = (person.last_name, person.first_name)
        return ", ".join(part for part in both if part) or str(person)

    @admin.display(description=_("Work email"), ordering=Lower("email"))
    def address(self, person: Person) -> str:
        return person.email or cells.DASH

    @admin.display(description=_("Unsubscribed"))
    def opted_out(self, person: Person) -> str:
        return cells.only_if(person.unsubscribed, _("unsubscribed"))

    @admin.display(description=_("Email invalid"))
    def bounces(self, person: Person) -> str:
        return cells.only_if(person.email_invalid, _("invalid"))

    @admin.display(description=_("Test person"))
    def test(self, person: Person) -> str:
        return cells.only_if(person.is_test, _("test"))

    @admin.display(description=_("Updated at"))
    def updated(self, person: Person) -> str:
        return cells.moment(person.updated_at)

    # Ids grow with time, and have an index.
    @admin.display(description=_("Created at"), ordering="pk")
    def created(self, person: Person) -> str:
        return cells.moment(person.created_at)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        found = containing(queryset, ("email", "first_name", "last_name"), search_term)
        return (self.bounded(request, found) if search_term else queryset), False

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return exports.attribute_columns("person")

    def all_bulks(self) -> Sequence[bulk.Bulk]:
        """With what other apps offer (`settings.PERSON_BULKS`)."""
        others: list[bulk.Bulk] = [import_string(path) for path in settings.PERSON_BULKS]
        *own, last = self.bulks
        return [*own, *others, last]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path(route, wrap(view), name=f"accounts_person_{name}") for route, view, name in PAGES]
        return [*own, *super().get_urls()]
