"""The list of weighting models."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import cells, door
from accounts.admin.filters import StatusFilter
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.table import Table
from buying_groups.admin import weighting_pages
from buying_groups.models import ActivityWeight, WeightingModel


@admin.register(WeightingModel)
class WeightingModelAdmin(Authored, Table):
    """All models; one is active. A new one is a duplicate of another, so that nothing is added here."""

    columns = ("name", "state", "n_activities", "creator", "created", "updated", "activated", "activator")
    shown = ("name", "state", "n_activities", "created", "updated", "activated")
    sortable_by = ("name", "state", "n_activities", "created", "updated", "activated")
    list_select_related = ("created_by", "activated_by")
    list_filter = (StatusFilter,)
    list_disable_select_all = True
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("-updated_at", "pk")
    export_permission = "buying_groups.view_weightingmodel"
    change_list_template = "buying_groups/admin/weighting_list.html"
    pages = Pages(change=weighting_pages.page, delete=weighting_pages.delete)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WeightingModel]:
        used = ActivityWeight.objects.filter(model=OuterRef("pk"), band__value__gt=0).order_by()
        counted = used.values("model").annotate(n=Count("pk")).values("n")
        return WeightingModel.objects.annotate(used_count=Coalesce(Subquery(counted), 0))

    @admin.display(description=_("Status"), ordering="status")
    def state(self, model: WeightingModel) -> str:
        return cells.badge(model.status, model.get_status_display())

    @admin.display(description=_("Activities that count"), ordering="used_count")
    def n_activities(self, model: WeightingModel) -> str:
        return cells.amount(model.used_count)  # type: ignore[attr-defined]

    @admin.display(description=_("Activated at"), ordering="activated_at")
    def activated(self, model: WeightingModel) -> str:
        return cells.moment(model.activated_at)

    @admin.display(description=_("Activated by"))
    def activator(self, model: WeightingModel) -> str:
        return cells.text(model.activated_by)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = {
            "name": "name", "status": "status", "activities": "used_count", "created_at": "created_at",
            "updated_at": "updated_at", "activated_at": "activated_at",
        }  # fmt: skip
        return [exports.Column(header, F(column)) for header, column in names.items()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        active = WeightingModel.objects.get(status=WeightingModel.Status.ACTIVE)
        may_add = door.may(request, "buying_groups.add_weightingmodel")
        url = door.to(active, "duplicate", active.pk) if may_add else ""
        return super().changelist_view(request, {"duplicate_url": url, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "buying_groups_weightingmodel"
        pages = {"duplicate": weighting_pages.duplicate, "activate": weighting_pages.activate}
        own = [
            path(f"<int:model_id>/{key}/", wrap(view), name=f"{name}_{key}") for key, view in pages.items()
        ]
        return [*own, *super().get_urls()]
