from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import IntConverter
from rest_framework.routers import SimpleRouter

from accounts.api.account_lists import AccountListViewSet
from accounts.api.accounts import AccountViewSet
from accounts.api.audiences import AudienceViewSet
from accounts.api.condition_fields import ConditionFieldViewSet
from accounts.api.custom_attributes import CustomAttributeViewSet
from accounts.api.explain import ConditionViewSet
from accounts.api.imports import ImportProblemViewSet, ImportViewSet
from accounts.api.members import MemberViewSet
from accounts.api.people import PersonViewSet
from accounts.api.person_scores import PersonScoreViewSet
from accounts.api.relations import RelationViewSet
from accounts.api.scores import ScoreViewSet
from accounts.api.timeline import AccountTimeline, PersonTimeline
from accounts.api.tokens import TokenViewSet


class IdConverter(IntConverter):
    """An id as PostgreSQL can hold it."""

    regex = "[1-9][0-9]{0,17}"


register_converter(IdConverter, "id")

router = SimpleRouter(use_regex_path=False)
router.register("accounts", AccountViewSet, "accounts")
router.register("people", PersonViewSet, "people")
router.register("account-lists", AccountListViewSet, "account-lists")
router.register("audiences", AudienceViewSet, "audiences")
router.register("custom-attributes", CustomAttributeViewSet, "custom-attributes")
router.register("scores", ScoreViewSet, "scores")
router.register("imports", ImportViewSet, "imports")
router.register("tokens", TokenViewSet, "tokens")
router.register("condition-fields", ConditionFieldViewSet, "condition-fields")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("conditions/count/", ConditionViewSet.as_view({"post": "count"}, basename="conditions")),
    path("conditions/explain/", ConditionViewSet.as_view({"post": "explain"}, basename="conditions")),
    path(
        "accounts/<id:account_id>/timeline/",
        AccountTimeline.as_view({"get": "list"}, basename="account-timeline"),
    ),
    path(
        "people/<id:person_id>/timeline/", PersonTimeline.as_view({"get": "list"}, basename="person-timeline")
    ),
    path(
        "people/<id:person_id>/relations/",
        RelationViewSet.as_view({"get": "list", "post": "add"}, basename="relations"),
    ),
    path(
        "people/<id:person_id>/relations/<id:account_id>/",
        RelationViewSet.as_view({"patch": "edit", "delete": "remove"}, basename="relations"),
    ),
    path(
        "people/<id:person_id>/scores/", PersonScoreViewSet.as_view({"get": "list"}, basename="person-scores")
    ),
    path(
        "people/<id:person_id>/scores/<slug:name>/",
        PersonScoreViewSet.as_view({"put": "save"}, basename="person-scores"),
    ),
    path(
        "account-lists/<id:list_id>/members/",
        MemberViewSet.as_view({"get": "list", "post": "add", "delete": "remove"}, basename="members"),
    ),
    path(
        "account-lists/<id:list_id>/members/by-filter/",
        MemberViewSet.as_view({"post": "add_by_filter"}, basename="members"),
    ),
    path(
        "imports/<id:import_id>/problems/",
        ImportProblemViewSet.as_view({"get": "list"}, basename="import-problems"),
    ),
]
