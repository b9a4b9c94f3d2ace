from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from buying_groups.api.buying_groups import BuyingGroupViewSet
from buying_groups.api.creation_jobs import CreationJobViewSet
from buying_groups.api.group_history import GroupScoreViewSet, IgnoredChangeViewSet
from buying_groups.api.group_members import GroupMemberViewSet
from buying_groups.api.group_timeline import GroupTimeline
from buying_groups.api.job_runs import JobRunViewSet
from buying_groups.api.overview import OverviewViewSet
from buying_groups.api.personas import PersonaViewSet
from buying_groups.api.role_templates import RoleTemplateViewSet
from buying_groups.api.roles import RoleViewSet
from buying_groups.api.solution_interests import SolutionInterestViewSet
from buying_groups.api.stage_model import StageModelViewSet
from buying_groups.api.weighting_models import WeightingModelViewSet

router = SimpleRouter(use_regex_path=False)
router.register("buying-groups", BuyingGroupViewSet, "buying-groups")
router.register("roles", RoleViewSet, "roles")
router.register("personas", PersonaViewSet, "personas")
router.register("role-templates", RoleTemplateViewSet, "role-templates")
router.register("solution-interests", SolutionInterestViewSet, "solution-interests")
router.register("creation-jobs", CreationJobViewSet, "creation-jobs")
router.register("job-runs", JobRunViewSet, "job-runs")
router.register("weighting-models", WeightingModelViewSet, "weighting-models")


def stage_model(**methods: Any) -> Any:
    """A view of the one stage model."""
    return StageModelViewSet.as_view(methods, basename="stage-model")


urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path(
        "buying-groups/overview/",
        OverviewViewSet.as_view({"get": "read"}, basename="buying-groups-overview"),
    ),
    path(
        "buying-groups/<id:group_id>/members/",
        GroupMemberViewSet.as_view(
            {"get": "list", "post": "add", "patch": "edit", "delete": "remove"}, basename="group-members"
        ),
    ),
    path(
        "buying-groups/<id:group_id>/scores/",
        GroupScoreViewSet.as_view({"get": "list"}, basename="group-scores"),
    ),
    path(
        "buying-groups/<id:group_id>/ignored-changes/",
        IgnoredChangeViewSet.as_view({"get": "list"}, basename="ignored-changes"),
    ),
    path(
        "buying-groups/<id:group_id>/timeline/",
        GroupTimeline.as_view({"get": "list"}, basename="group-timeline"),
    ),
    path("stage-model/", stage_model(get="read", put="save", delete="destroy")),
    path("stage-model/problems/", stage_model(get="problems")),
    path("stage-model/publish/", stage_model(post="publish")),
]
