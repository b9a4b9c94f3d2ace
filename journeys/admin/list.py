"""The list of journeys, and the addresses of all their pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import exports
from accounts.admin.filters import CreatorFilter
from accounts.admin.table import Table
from journeys.admin import (
    bulk,
    document,
    door,
    entries,
    entry,
    history,
    hold,
    lifecycle,
    making,
    map_page,
    offers,
    publish,
    settings,
)
from journeys.admin.columns import Columns
from journeys.admin.counting import IdsFirst
from journeys.admin.filters import DatesFilter, PublisherFilter, StatusFilter
from journeys.models import Journey

View = Callable[..., HttpResponseBase]
DIALOGS = (
    publish.Publish(),
    lifecycle.Close(),
    lifecycle.Abort(),
    making.Duplicate(),
    settings.Settings(),
    settings.ReEntry(),
    settings.Deduplication(),
    hold.Hold(),
    hold.Release(),
)
DELETE = lifecycle.Delete()


@admin.register(Journey)
class JourneyAdmin(Columns, Table):
    """All journeys. Their pages are functions beside this file; nothing is saved by the admin's own forms."""

    columns = (
        "name", "state", "about", "creator", "updated", "updater", "published", "publisher", "created", "start", "end",
    )  # fmt: skip
    shown = columns[:8]
    list_display_links = ("name",)
    list_select_related = ("created_by", "updated_by", "published_by")
    list_filter = (
        StatusFilter, CreatorFilter, PublisherFilter, ("created_at", DatesFilter), ("updated_at", DatesFilter),
        ("published_at", DatesFilter),
    )  # fmt: skip
    list_disable_select_all = True
    show_facets = admin.ShowFacets.NEVER  # a count for every choice of every filter
    paginator = IdsFirst
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("-updated_at",)
    change_list_template = "journeys/admin/list.html"
    export_permission = "journeys.export_journey"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journey]:
        return Journey.objects.present()

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        return [*super().get_list_display(request), _menu(request)]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), **door.engine_held(request)})

    # Bulk actions

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {found.action: (_bulk(found), found.action, found.label) for found in bulk.offered(request)}

    # CSV

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = {
            "name": "name",
            "status": "status",
            "description": "description",
            "created_at": "created_at",
            "created_by": "created_by__username",
            "updated_at": "updated_at",
            "updated_by": "updated_by__username",
            "published_at": "published_at",
            "published_by": "published_by__username",
            "start": "starts_at",
            "end": "ends_at",
        }
        return [exports.Column(header, F(column)) for header, column in names.items()]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        posted = require_POST
        own: list[tuple[str, View, str]] = [
            ("import/", making.import_file, "import"),
            ("engine/", hold.engine, "engine"),
            ("<int:journey_id>/counters/", map_page.counters, "counters"),
            ("<int:journey_id>/rename/", posted(map_page.rename), "rename"),
            ("<int:journey_id>/document/", document.page, "document"),
            ("<int:journey_id>/undo/", posted(document.undo), "undo"),
            ("<int:journey_id>/entries/", entries.page, "entries"),
            ("<int:journey_id>/entries/act/", posted(entries.act), "entries_act"),
            ("<int:journey_id>/entries/export/", entries.export, "entries_export"),
            ("<int:journey_id>/entries/<int:entry_id>/", entry.page, "entry"),
            ("<int:journey_id>/why-not/<int:account_id>/", entry.why_not_page, "why_not"),
            *(
                (f"<int:journey_id>/{dialog.name.replace('_', '-')}/", dialog, dialog.name)
                for dialog in DIALOGS
            ),
        ]
        for format in ("yaml", "json"):
            own.append((f"<int:journey_id>/export/{format}/", _export(format), f"export_{format}"))
        wrap = self.admin_site.admin_view
        return [
            *(path(route, wrap(view), name=f"journeys_journey_{name}") for route, view, name in own),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return making.create(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return map_page.map_page(request, number(object_id))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return DELETE(request, number(object_id))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history.page(request, number(object_id))


def number(object_id: str) -> int:
    """The id in an address; 0, which nothing has, when it is none."""
    return int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0


def _menu(request: HttpRequest) -> Callable[[Journey], SafeString]:
    """The last column: Open, and what the status allows to whoever asks."""

    @admin.display(description="")
    def menu(journey: Journey) -> SafeString:
        context = {"journey": journey, "offers": offers.of_row(request, journey)}
        return mark_safe(render_to_string("journeys/admin/row_menu.html", context))  # noqa: S308 - a template escapes

    return menu


def _bulk(found: bulk.Bulk) -> Callable[..., HttpResponse | None]:
    def act(
        model_admin: JourneyAdmin, request: HttpRequest, queryset: QuerySet[Journey]
    ) -> HttpResponse | None:
        return bulk.run(request, queryset, found)

    return act


def _export(format: str) -> View:
    def view(request: HttpRequest, journey_id: int) -> HttpResponse:
        return making.export(request, journey_id, format)

    return view
