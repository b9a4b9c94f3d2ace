"""The list of solution interests, and the addresses of their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import cells, door
from accounts.admin.own_pages import Authored, Pages
from accounts.admin.readable import Dropdown
from buying_groups.admin import creation_jobs, run_pages, solution_interest_pages, tabs
from buying_groups.models import CreationJob, RoleTemplate, SolutionInterest
from buying_groups.services.solution_interests import EXACT_TO

TEMPLATES = 500
PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("runs/<int:run_id>/cancel/", run_pages.cancel, "run_cancel"),
    ("<int:interest_id>/settings/", solution_interest_pages.settings, "settings"),
    ("<int:interest_id>/progress/", creation_jobs.progress, "progress"),
    ("<int:interest_id>/create-groups/", creation_jobs.create, "create_groups"),
    ("<int:interest_id>/maintain/", creation_jobs.maintain, "maintain"),
    ("<int:interest_id>/jobs/<int:job_id>/run/", creation_jobs.run, "job_run"),
    ("<int:interest_id>/jobs/<int:job_id>/delete/", creation_jobs.delete, "job_delete"),
)


class TemplateFilter(Dropdown):
    """The interests with a role template."""

    title, parameter_name = _("role template"), "template"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        live = RoleTemplate.objects.filter(status=RoleTemplate.Status.LIVE).order_by("name")
        return [(str(pk), name) for pk, name in live.values_list("pk", "name")[:TEMPLATES]]

    def is_there(self, value: str) -> bool:
        return RoleTemplate.objects.filter(pk=door.number(value)).exists()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(template=door.number(self.value())) if self.value() else queryset


class YesNoFilter(Dropdown):
    """Yes or no."""

    lookup, yes = "", True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(**{self.lookup: (self.value() == "yes") is self.yes})


class UpdatesFilter(YesNoFilter):
    title, parameter_name, lookup = _("update existing groups"), "updates", "updates_groups"


class StagesFilter(YesNoFilter):
    title, parameter_name, lookup, yes = _("stage model"), "stages", "stage_model__isnull", False


@admin.register(SolutionInterest)
class SolutionInterestAdmin(Authored, tabs.TabbedTable):
    """All solution interests, with the number of their groups and creation jobs."""

    tab = tabs.SOLUTION_INTERESTS
    columns = (
        "name", "of_template", "stages", "updates", "n_groups", "n_jobs", "about", "creator", "created", "updated",
    )  # fmt: skip
    shown = ("name", "of_template", "stages", "updates", "n_groups", "n_jobs", "updated")
    sortable_by = ("name", "of_template", "n_jobs", "created", "updated")
    list_select_related = ("template", "stage_model", "created_by")
    list_filter = (TemplateFilter, StagesFilter, UpdatesFilter)
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("name",)
    export_permission = "buying_groups.view_solutioninterest"
    add_label = _("Add solution interest")
    empty_icon = "lightbulb"
    empty_text = _(
        "A solution interest is what an account may buy. Each account gets one buying group for it, with the"
        " roles of a live role template."
    )
    pages = Pages(
        change=creation_jobs.page, add=solution_interest_pages.create, delete=solution_interest_pages.delete
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SolutionInterest]:
        jobs = CreationJob.objects.filter(solution_interest=OuterRef("pk")).order_by()
        counted = jobs.values("solution_interest").annotate(n=Count("pk")).values("n")
        # Counted by the index on interest and account, up to where counts are exact.
        groups = RawSQL(
            "SELECT count(*) FROM (SELECT FROM buying_groups_buyinggroup held"
            " WHERE held.solution_interest_id = buying_groups_solutioninterest.id LIMIT %s) AS found",
            [EXACT_TO + 1],
        )
        return SolutionInterest.objects.annotate(job_count=Coalesce(Subquery(counted), 0), group_count=groups)

    @admin.display(description=_("Role template"), ordering="template__name")
    def of_template(self, interest: SolutionInterest) -> str:
        return cells.text(interest.template)

    @admin.display(description=_("Stages"))
    def stages(self, interest: SolutionInterest) -> str:
        return cells.text(interest.stage_model)

    @admin.display(description=_("Updates groups"))
    def updates(self, interest: SolutionInterest) -> str:
        return cells.only_if(interest.updates_groups, _("Every day"))

    @admin.display(description=_("Buying groups"))
    def n_groups(self, interest: SolutionInterest) -> str:
        return solution_interest_pages.many(interest.group_count)  # type: ignore[attr-defined]

    @admin.display(description=_("Creation jobs"), ordering="job_count")
    def n_jobs(self, interest: SolutionInterest) -> str:
        return cells.amount(interest.job_count)  # type: ignore[attr-defined]

    @admin.display(description=_("Description"))
    def about(self, interest: SolutionInterest) -> str:
        return cells.short(interest.description)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = {
            "name": "name", "role_template": "template__name", "stage_model": "stage_model__name",
            "updates_groups": "updates_groups", "creation_jobs": "job_count", "description": "description",
            "created_at": "created_at", "updated_at": "updated_at",
        }  # fmt: skip
        return [exports.Column(header, F(column)) for header, column in names.items()]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(route, wrap(view), name=f"buying_groups_solutioninterest_{name}")
            for route, view, name in PAGES
        ]
        return [*own, *super().get_urls()]
