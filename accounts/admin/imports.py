"""The list of imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import cells, import_pages, import_problems
from accounts.admin.filters import KindFilter, StatusFilter
from accounts.admin.own_pages import OwnPages, Pages
from accounts.admin.table import Table
from accounts.models import Import

PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("template/<str:kind>/", import_pages.template, "template"),
    ("<int:import_id>/start/", import_pages.start, "start"),
    ("<int:import_id>/cancel/", import_pages.cancel, "cancel"),
    ("<int:import_id>/progress/", import_pages.progress, "progress"),
    ("<int:import_id>/problems/export/", import_problems.export, "problems"),
)


@admin.register(Import)
class ImportAdmin(OwnPages, Table):
    """All files that were read in, or are being read."""

    columns = (
        "file_name",
        "kind",
        "state",
        "rows_read",
        "made",
        "changed",
        "same",
        "left_out",
        "creator",
        "uploaded",
        "ended",
    )
    shown = ("file_name", "kind", "state", "rows_read", "made", "changed", "left_out", "creator", "uploaded")
    sortable_by = ("file_name", "kind", "state", "uploaded")
    list_select_related = ("created_by",)
    list_filter = (KindFilter, StatusFilter)
    list_disable_select_all = True
    search_fields = ("file_name",)
    search_help_text = _("Search by the name of the file")
    ordering = ("-created_at",)
    export_permission = "accounts.view_import"
    change_list_template = "accounts/admin/list.html"
    add_label = _("Import a file")
    empty_icon = "upload_file"
    empty_text = _(
        "Read accounts and people from CSV files. You see the first rows before anything is stored."
    )
    pages = Pages(change=import_pages.page, add=import_pages.upload)

    @admin.display(description=_("Status"), ordering="status")
    def state(self, job: Import) -> str:
        return cells.badge(job.status, job.get_status_display())

    @admin.display(description=_("Rows"))
    def rows_read(self, job: Import) -> str:
        return cells.amount(job.rows)

    @admin.display(description=_("Created"))
    def made(self, job: Import) -> str:
        return cells.amount(job.created)

    @admin.display(description=_("Updated"))
    def changed(self, job: Import) -> str:
        return cells.amount(job.updated)

    @admin.display(description=_("Unchanged"))
    def same(self, job: Import) -> str:
        return cells.amount(job.unchanged)

    @admin.display(description=_("Left out"))
    def left_out(self, job: Import) -> str:
        return cells.badge("bad", cells.amount(job.failed)) if job.failed else "0"

    @admin.display(description=_("Uploaded by"))
    def creator(self, job: Import) -> str:
        return cells.text(job.created_by)

    @admin.display(description=_("Uploaded at"), ordering="created_at")
    def uploaded(self, job: Import) -> str:
        return cells.moment(job.created_at)

    @admin.display(description=_("Ended at"))
    def ended(self, job: Import) -> str:
        return cells.moment(job.finished_at)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = (
            "file_name",
            "kind",
            "status",
            "rows",
            "created",
            "updated",
            "unchanged",
            "failed",
            "created_at",
            "finished_at",
        )
        return [exports.Column(name, F(name)) for name in names]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [path(route, wrap(view), name=f"accounts_import_{name}") for route, view, name in PAGES]
        return [*own, *super().get_urls()]
