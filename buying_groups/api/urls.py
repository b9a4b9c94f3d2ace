from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from buying_groups.api.creation_jobs import CreationJobViewSet
from buying_groups.api.job_runs import JobRunViewSet
from buying_groups.api.role_templates import RoleTemplateViewSet
from buying_groups.api.roles import RoleViewSet
from buying_groups.api.solution_interests import SolutionInterestViewSet
from buying_groups.api.stage_model import StageModelViewSet
from buying_groups.api.weighting_models import WeightingModelViewSet

router = SimpleRouter(use_regex_path=False)
router.register("roles", RoleViewSet, "roles")
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
    path("stage-model/", stage_model(get="read", put="save", delete="destroy")),
    path("stage-model/problems/", stage_model(get="problems")),
    path("stage-model/publish/", stage_model(post="publish")),
]
