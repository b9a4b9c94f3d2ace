"""The list of audiences, and the address that the builder of conditions asks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import audience_bulk, audience_pages, cells, conditions
from accounts.admin.filters import CreatorFilter, UseFilter
from accounts.admin.table import Table
from accounts.models import Audience


@admin.register(Audience)
class AudienceAdmin(Table):
    """All audiences: saved conditions that journeys start with."""

    columns = ("name", "about", "creator", "created", "updated")
    sortable_by = ("name", "created", "updated")
    list_select_related = ("created_by",)
    list_filter = (UseFilter, CreatorFilter)
    bulks = audience_bulk.BULKS
    list_disable_select_all = True
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("name",)
    export_permission = "accounts.view_audience"
    change_list_template = "accounts/admin/list.html"
    add_label = _("Add audience")
    empty_icon = "filter_alt"
    empty_text = _(
        "An audience is a condition on accounts that you save under a name; a journey can start with it."
    )

    @admin.display(description=_("Description"))
    def about(self, audience: Audience) -> str:
        return cells.short(audience.description)

    @admin.display(description=_("Created by"))
    def creator(self, audience: Audience) -> str:
        return cells.text(audience.created_by)

    @admin.display(description=_("Created at"), ordering="created_at")
    def created(self, audience: Audience) -> str:
        return cells.moment(audience.created_at)

    @admin.display(description=_("Last updated at"), ordering="updated_at")
    def updated(self, audience: Audience) -> str:
        return cells.moment(audience.updated_at)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        return [exports.Column(name, F(name)) for name in ("name", "description", "created_at", "updated_at")]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(conditions.preview), name="accounts_audience_preview"),
            path(
                "<int:audience_id>/explain/", wrap(audience_pages.explain), name="accounts_audience_explain"
            ),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return audience_pages.create(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return audience_pages.page(request, object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return audience_pages.delete(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return audience_pages.page(request, object_id)
