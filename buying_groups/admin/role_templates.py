"""The list of role templates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts import exports
from accounts.admin import cells, conditions
from accounts.admin.filters import StatusFilter
from accounts.admin.own_pages import Authored, Pages
from buying_groups.admin import role_template_editor, role_template_pages, tabs
from buying_groups.models import RoleTemplate, SolutionInterest, TemplateRole

preview = conditions.previewed("person", "buying_groups.view_roletemplate")


@admin.register(RoleTemplate)
class RoleTemplateAdmin(Authored, tabs.TabbedTable):
    """All templates, with the number of their roles and of the solution interests that use them."""

    tab = tabs.ROLE_TEMPLATES
    columns = (
        "name", "state", "n_roles", "n_interests", "about", "creator", "created", "updated", "published", "publisher",
    )  # fmt: skip
    shown = ("name", "state", "n_roles", "n_interests", "about", "updated", "published")
    sortable_by = ("name", "state", "n_roles", "n_interests", "created", "updated", "published")
    list_select_related = ("created_by", "published_by")
    list_filter = (StatusFilter,)
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("name",)
    export_permission = "buying_groups.view_roletemplate"
    add_label = _("Add role template")
    empty_icon = "assignment_ind"
    empty_text = _(
        "A role template says which roles a buying group has, who of an account gets them, and what a complete"
        " group needs. Solution interests are built on it."
    )
    pages = Pages(
        change=role_template_editor.page, add=role_template_pages.create, delete=role_template_pages.delete
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleTemplate]:
        return RoleTemplate.objects.annotate(
            role_count=_count(TemplateRole), interest_count=_count(SolutionInterest)
        )

    @admin.display(description=_("Status"), ordering="status")
    def state(self, template: RoleTemplate) -> str:
        return cells.badge(template.status, template.get_status_display())

    @admin.display(description=_("Roles"), ordering="role_count")
    def n_roles(self, template: Any) -> str:
        return cells.amount(template.role_count)

    @admin.display(description=_("Solution interests"), ordering="interest_count")
    def n_interests(self, template: Any) -> str:
        return cells.amount(template.interest_count)

    @admin.display(description=_("Description"))
    def about(self, template: RoleTemplate) -> str:
        return cells.short(template.description)

    @admin.display(description=_("Published on"), ordering="published_at")
    def published(self, template: RoleTemplate) -> str:
        return cells.moment(template.published_at)

    @admin.display(description=_("Published by"))
    def publisher(self, template: RoleTemplate) -> str:
        return cells.text(template.published_by)

    def csv_columns(self, request: HttpRequest) -> list[exports.Column]:
        names = {
            "name": "name", "status": "status", "roles": "role_count", "solution_interests": "interest_count",
            "description": "description", "created_at": "created_at", "updated_at": "updated_at",
            "published_at": "published_at",
        }  # fmt: skip
        return [exports.Column(header, F(column)) for header, column in names.items()]

    # Pages

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages = role_template_pages
        return [
            path("preview/", wrap(preview), name="buying_groups_roletemplate_preview"),
            path(
                "<int:template_id>/settings/",
                wrap(pages.settings),
                name="buying_groups_roletemplate_settings",
            ),
            path(
                "<int:template_id>/publish/", wrap(pages.publish), name="buying_groups_roletemplate_publish"
            ),
            *super().get_urls(),
        ]


def _count(model: Any) -> Coalesce:
    """How many rows of this model a template has."""
    rows = model.objects.filter(template=OuterRef("pk")).order_by().values("template")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
