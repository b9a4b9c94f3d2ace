"""The list of audiences, and the address that the builder of conditions asks."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import audience_bulk, audience_pages, cells, conditions
from accounts.admin.filters import CreatorFilter, UseFilter
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.table import Table
from accounts.models import Audience


@admin.register(Audience)
class AudienceAdmin(Authored, Table):
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
    pages = Pages(change=audience_pages.page, add=audience_pages.create, delete=audience_pages.delete)

    @admin.display(description=_("Description"))
    def about(self, audience: Audience) -> str:
        return cells.short(audience.description)

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
