"""The tabs above all lists of buying groups, and the base of these lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.admin import door
from accounts.admin.table import Table


@dataclass(frozen=True)
class Tab:
    """A tab, and which page of which model it opens; there for whoever may view that."""

    key: str
    label: str | Promise
    model: str
    page: str = "changelist"


BROWSE, OVERVIEW, SOLUTION_INTERESTS = "browse", "overview", "solution_interests"
ROLE_TEMPLATES, ROLES, STAGES = "role_templates", "roles", "stages"
TABS = (
    Tab(BROWSE, _("Browse"), "buyinggroup"),
    Tab(OVERVIEW, _("Overview"), "buyinggroup", "overview"),
    Tab(SOLUTION_INTERESTS, _("Solution interests"), "solutioninterest"),
    Tab(ROLE_TEMPLATES, _("Role templates"), "roletemplate"),
    Tab(ROLES, _("Roles"), "role"),
    Tab(STAGES, _("Stages"), "stagemodel"),
)


def of(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """What `buying_groups/admin/tabs.html` shows: the tabs whose pages are there and may be opened."""
    return [
        {"label": tab.label, "url": url, "is_current": tab.key == current}
        for tab in TABS
        if (url := _url(request, tab))
    ]


def _url(request: HttpRequest, tab: Tab) -> str:
    if not door.may(request, f"buying_groups.view_{tab.model}"):
        return ""
    try:
        return reverse(f"admin:buying_groups_{tab.model}_{tab.page}")
    except NoReverseMatch:
        return ""


class TabbedTable(Table):
    """A list below the tabs. `tab` is its own; deleting and editing go through the services."""

    tab = ""
    change_list_template = "buying_groups/admin/list.html"
    list_disable_select_all = True

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"section_tabs": of(request, self.tab), **(extra_context or {})}
        )
