"""The sidebar, by area. Pages that nobody has registered, or that the user may not open, are left out."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from journeys.admin.door import may

BUYING_GROUPS = tuple(
    f"buying_groups.{name}"
    for name in ("BuyingGroup", "SolutionInterest", "RoleTemplate", "Role", "StageModel")
)
# (model, title, icon), by area. Of several models the first one that may be opened; they share their tabs.
AREAS: tuple[tuple[Any, tuple[tuple[str | tuple[str, ...], Any, str], ...]], ...] = (
    (_("Orchestration"), (("journeys.Journey", _("Journeys"), "route"),)),
    (
        _("Audience"),
        (
            ("accounts.Account", _("Accounts"), "domain"),
            ("accounts.Person", _("People"), "group"),
            ("accounts.AccountList", _("Account lists"), "list_alt"),
            ("accounts.Audience", _("Audiences"), "filter_alt"),
            (BUYING_GROUPS, _("Buying groups"), "groups"),
        ),
    ),
    (
        _("Data"),
        (
            ("accounts.Import", _("Imports"), "upload_file"),
            ("accounts.CustomAttribute", _("Custom attributes"), "label"),
            ("accounts.Score", _("Scores"), "speed"),
            ("buying_groups.WeightingModel", _("Engagement weights"), "monitoring"),
            ("buying_groups.Persona", _("Personas"), "person_search"),
        ),
    ),
    (
        _("Administration"),
        (
            ("auth.User", _("Users"), "person"),
            ("auth.Group", _("Groups"), "shield_person"),
            ("accounts.ApiToken", _("API tokens"), "key"),
        ),
    ),
)


def areas(request: HttpRequest) -> list[dict[str, Any]]:
    """What unfold shows at the side: Home, then each area with the pages that may be opened."""
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index")}
    found: list[dict[str, Any]] = [{"items": [home]}]
    for title, entries in AREAS:
        items = [item for entry in entries if (item := _item(request, *entry))]
        if items:
            found.append({"title": title, "items": items})
    return found


def _item(
    request: HttpRequest, labels: str | tuple[str, ...], title: Any, icon: str
) -> dict[str, Any] | None:
    known = (labels,) if isinstance(labels, str) else labels
    links = [link for label in known if (link := _link(request, label))]
    if not links:
        return None
    active = any(request.path.startswith(link) for link in links)
    return {"title": title, "icon": icon, "link": links[0], "active": active}


def _link(request: HttpRequest, label: str) -> str:
    """Where the list of a model is; nothing when there is none, or whoever asks may not see it."""
    app, name = label.lower().split(".")
    if not admin.site.is_registered(apps.get_model(label)) or not may(request, f"{app}.view_{name}"):
        return ""
    return reverse(f"admin:{app}_{name}_changelist")
