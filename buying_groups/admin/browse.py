"""The list of groups: there may be a million, so it searches, filters and sorts by indexes only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import exports
from accounts.admin import cells, door
from buying_groups.admin import (
    browse_filters,
    browse_order,
    group_assign,
    group_bulk,
    group_change,
    group_members,
    group_page,
    group_tabs,
    group_undo,
    overview,
    scores,
    setup,
    tabs,
)
from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.stages import STATUS_LENGTH

PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("overview/", overview.page, "overview"),
    ("overview/progress/", overview.progress, "overview_progress"),
    ("overview/<slug:chart>.csv", overview.export, "overview_export"),
    ("<int:group_id>/members/assign/", group_assign.page, "members_assign"),
    ("<int:group_id>/members/role/", group_members.change_role, "members_role"),
    ("<int:group_id>/members/remove/", group_members.remove, "members_remove"),
    ("<int:group_id>/members/undo/", require_POST(group_undo.undo), "members_undo"),
    ("<int:group_id>/stage/", group_change.stage, "stage"),
    ("<int:group_id>/status/", group_change.status, "status"),
    ("<int:group_id>/scores/", group_tabs.scores_page, "scores"),
    ("<int:group_id>/scores/export/", group_tabs.scores_export, "scores_export"),
    ("<int:group_id>/ignored/", group_tabs.ignored, "ignored"),
    ("<int:group_id>/timeline/", group_tabs.timeline_page, "timeline"),
)


@admin.register(BuyingGroup)
class BuyingGroupAdmin(tabs.TabbedTable):
    """All groups. Jobs make them; their pages are functions beside this file."""

    tab = tabs.BROWSE
    columns = (
        "name", "of_account", "interest", "template", "at_stage", "state", "completeness_bar", "engaged",
        "n_members", "updated", "created",
    )  # fmt: skip
    # The name says account and solution interest.
    shown = ("name", "at_stage", "state", "completeness_bar", "engaged", "n_members", "updated")
    sortable_by = ("completeness_bar", "engaged", "updated", "created")
    list_select_related = ("account", "solution_interest__template", "stage")
    list_filter = (
        browse_filters.InterestFilter, browse_filters.StageFilter, browse_filters.StatusFilter,
        browse_filters.CompletenessFilter, browse_filters.EngagementFilter, browse_filters.RoleFilter,
        browse_filters.TemplateFilter, browse_filters.IndustryFilter, browse_filters.CountryFilter,
    )  # fmt: skip
    bulks = group_bulk.BULKS
    search_fields = ("account__name", "solution_interest__name")
    search_help_text = _("Search by account or solution interest")
    ordering = ("-updated_at",)
    export_permission = "buying_groups.export_buyinggroup"
    change_list_template = "buying_groups/admin/browse.html"
    # A count for each choice would read a million groups thirty times; the overview counts them all at once.
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[BuyingGroup]:
        members = GroupMember.objects.filter(group=OuterRef("pk"), is_removed=False).order_by()
        counted = members.values("group_id").annotate(n=Count("person_id")).values("n")
        return BuyingGroup.objects.annotate(member_count=Coalesce(Subquery(counted), 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[BuyingGroup], search_term: str
    ) -> tuple[QuerySet[BuyingGroup], bool]:
        """All of them: `FoundOrder` searches, after the filters."""
        return queryset, False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return browse_order.FoundOrder

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        nothing = not BuyingGroup.objects.exists()
        steps = setup.steps(request) if nothing and self.has_view_permission(request) else []
        return super().changelist_view(request, {"setup_steps": steps, **(extra_context or {})})

    @admin.display(description=_("Buying group"))
    def name(self, group: BuyingGroup) -> str:
        return str(group)

    @admin.display(description=_("Account"))
    def of_account(self, group: BuyingGroup) -> str:
        return str(group.account)

    @admin.display(description=_("Solution interest"))
    def interest(self, group: BuyingGroup) -> str:
        return str(group.solution_interest)

    @admin.display(description=_("Role template"))
    def template(self, group: BuyingGroup) -> str:
        return str(group.solution_interest.template)

    @admin.display(description=_("Stage"))
    def at_stage(self, group: BuyingGroup) -> str:
        return cells.text(group.stage)

    @admin.display(description=_("Status"))
    def state(self, group: BuyingGroup) -> str:
        return cells.short(group.status, STATUS_LENGTH)

    @admin.display(description=_("Completeness"), ordering=F("completeness").asc(nulls_first=True))
    def completeness_bar(self, group: BuyingGroup) -> str:
        return scores.bar(group.completeness)

    @admin.display(description=_("Engagement"), ordering=F("engagement").asc(nulls_first=True))
    def engaged(self, group: BuyingGroup) -> str:
        return scores.whole(group.engagement)

    @admin.display(description=_("Members"))
    def n_members(self, group: Any) -> str:
        return cells.amount(group.member_count)

    @admin.display(description=_("Last updated at"), ordering="updated_at")
    def updated(self, group: BuyingGroup) -> str:
        return cells.moment(group.updated_at)

    # Ids grow with time, and have an index.
    @admin.display(description=_("Created at"), ordering="pk")
    def created(self, group: BuyingGroup) -> str:
        return cells.moment(group.created_at)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        named = Concat("solution_interest__name", Value(" for "), "account__name", output_field=CharField())
        names = {
            "id": "pk", "account": "account__name", "account_id": "account_id",
            "account_external_id": "account__external_id", "solution_interest": "solution_interest__name",
            "role_template": "solution_interest__template__name", "stage": "stage__name", "status": "status",
            "completeness": "completeness", "engagement": "engagement", "members": "member_count",
            "created_at": "created_at", "updated_at": "updated_at",
        }  # fmt: skip
        columns = [exports.Column(header, F(column)) for header, column in names.items()]
        return [columns[0], exports.Column("name", named), *columns[1:]]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(route, wrap(view), name=f"buying_groups_buyinggroup_{name}") for route, view, name in PAGES
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return group_page.page(request, object_id)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Groups go with their accounts only."""
        raise PermissionDenied(_("A buying group cannot be deleted by itself; it goes with its account."))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return group_tabs.timeline_page(request, door.number(object_id))
