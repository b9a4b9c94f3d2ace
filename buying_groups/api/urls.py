from __future__ import annotations

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from buying_groups.api.role_templates import RoleTemplateViewSet
from buying_groups.api.roles import RoleViewSet
from buying_groups.api.solution_interests import SolutionInterestViewSet

router = SimpleRouter(use_regex_path=False)
router.register("roles", RoleViewSet, "roles")
router.register("role-templates", RoleTemplateViewSet, "role-templates")
router.register("solution-interests", SolutionInterestViewSet, "solution-interests")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
