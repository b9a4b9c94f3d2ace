from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, NumberFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag, query
from accounts.api.accounts import by_client
from accounts.api.base import Listed, Retrieved
from accounts.api.cursors import Order
from accounts.api.fields import Existing, Text
from accounts.api.filters import IdFilter, PartFilter, YesNoFilter
from accounts.api.pages import Cursor
from accounts.api.problem import refused_parameter
from accounts.api.serializers import Sparse, Strict
from accounts.models import Account
from accounts.search import by_itself
from buying_groups.models import BuyingGroup, Stage
from buying_groups.reports import coverage, roles, search
from buying_groups.services import groups
from buying_groups.stages import STATUS_LENGTH

COMPLETENESS = "0 to 100, unrounded; null until it was first computed."
ENGAGEMENT = "0 to 100, unrounded, of last night; null until it was first computed."


class RoleStateSerializer(serializers.Serializer[Any]):
    """A role of the group's template, and how many members are in it."""

    role = serializers.IntegerField(source="role_id")
    role_name = serializers.CharField(source="name")
    members = serializers.IntegerField()
    needed = serializers.IntegerField(help_text="How many members a complete group has in it.")
    is_required = serializers.BooleanField(help_text="It counts for the completeness of the group.")
    completeness = serializers.FloatField(help_text="Of the role alone, 0 to 100.")
    missing = serializers.IntegerField(help_text="How many members a required role still needs; else 0.")


class BuyingGroupSerializer(Sparse):
    """The people of one account who decide together about one solution interest."""

    id = serializers.IntegerField()
    name = serializers.SerializerMethodField(help_text="Made of the solution interest and the account.")
    account = serializers.IntegerField(source="account_id")
    account_name = serializers.CharField(source="account.name")
    solution_interest = serializers.IntegerField(source="solution_interest_id")
    solution_interest_name = serializers.CharField(source="solution_interest.name")
    stage = serializers.IntegerField(source="stage_id", allow_null=True)
    stage_name = serializers.CharField(source="stage.name", allow_null=True, default=None)
    status = serializers.CharField(allow_blank=True, help_text="Any text; empty: none.")
    completeness = serializers.FloatField(allow_null=True, help_text=COMPLETENESS)
    engagement = serializers.FloatField(allow_null=True, help_text=ENGAGEMENT)
    roles = RoleStateSerializer(many=True, source="role_states", help_text="In the order of their priority.")
    missing_roles = serializers.ListField(
        child=serializers.CharField(), help_text="Required roles that lack members, by name."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_name(self, group: BuyingGroup) -> str:
        return str(group)


class StageOfGroup(Strict):
    stage = Existing(
        lambda: Stage.objects.all(),
        help_text="The id of a stage to which the group may move from where it is.",
    )


class StatusOfGroup(Strict):
    status = Text(longest=STATUS_LENGTH, help_text="Any text; empty: none.")


class BuyingGroupFilter(FilterSet):
    account = IdFilter(field_name="account_id", label="The id of its account.")
    solution_interest = IdFilter(field_name="solution_interest_id", label="The id of its solution interest.")
    stage = IdFilter(field_name="stage_id", label="The id of its stage.")
    has_stage = YesNoFilter(field_name="stage_id", lookup_expr="isnull", exclude=True)
    status = CharFilter(label="Its status, exactly.")
    person = IdFilter(method="of_person", label="The id of somebody who is a member now.")
    role_filled = IdFilter(
        method="with_role", label="The id of a role in which the group has as many members as it needs."
    )
    role_not_filled = IdFilter(
        method="without_role",
        label="The id of a role of the group in which it has fewer members than it needs, whether or not the role is"
        " required.",
    )
    completeness_at_least = NumberFilter(field_name="completeness", lookup_expr="gte")
    completeness_at_most = NumberFilter(field_name="completeness", lookup_expr="lte")
    has_completeness = YesNoFilter(
        field_name="completeness", lookup_expr="isnull", exclude=True, label="It was computed."
    )
    engagement_at_least = NumberFilter(field_name="engagement", lookup_expr="gte")
    engagement_at_most = NumberFilter(field_name="engagement", lookup_expr="lte")
    has_engagement = YesNoFilter(
        field_name="engagement", lookup_expr="isnull", exclude=True, label="It was computed."
    )
    industry = PartFilter("account__industry", Account, "the industry of its account")
    country = PartFilter("account__country", Account, "the country of its account")

    def of_person(self, rows: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        return rows.filter(members__person_id=value, members__is_removed=False)

    def with_role(self, rows: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        return rows.filter(coverage.filled(value))

    def without_role(self, rows: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        return rows.filter(coverage.lacking(value))


class Search(query.Search):
    """`search`: words of the group's name."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        typed = request.query_params.get("search", "").strip()
        if len(typed) > query.LONGEST_SEARCH:
            raise refused_parameter("search", f"At most {query.LONGEST_SEARCH} characters.")
        # `Found` searches, when all filters are set.
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        said = "Words that stand in the name of the solution interest, or in the account's name or domain."
        [found] = super().get_schema_operation_parameters(view)
        return [{**found, "description": said}]


class Found(Cursor):
    """Few groups that are found are counted and sorted by themselves; many are met soon along an index."""

    def counted(self, rows: QuerySet[Any], view: Any) -> tuple[QuerySet[Any], tuple[int, bool]]:
        typed = self.request.query_params.get("search", "").strip()
        self.are_few = False
        if not (typed or rows.query.has_filters()):
            return super().counted(rows, view)
        found = search.find(rows, typed, all_rows=view.get_queryset())
        self.are_few = found.are_few
        return found.rows, (min(found.n, search.FEW), found.are_few)

    def ordered(self, rows: QuerySet[Any], order: Order) -> QuerySet[Any]:
        found = super().ordered(rows, order)
        return found.order_by(*map(by_itself, found.query.order_by)) if self.are_few else found


class BuyingGroupViewSet(Listed, Retrieved):
    """Buying groups. Jobs make them, from a solution interest and an audience or a list; their names are made, too."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_buyinggroup",
        "retrieve": "buying_groups.view_buyinggroup",
        "stage": "buying_groups.change_buyinggroup",
        "status": "buying_groups.change_buyinggroup",
    }
    tagged = ("retrieve", "stage", "status")
    matched = ("stage", "status")
    queryset = BuyingGroup.objects.select_related("account", "solution_interest", "stage")
    serializer_class = BuyingGroupSerializer
    pagination_class = Found
    filterset_class = BuyingGroupFilter
    filter_backends = (query.Filters, Search, query.Ordering)
    search_fields = ("solution_interest__name", "account__name", "account__domain")
    # A score that was never computed is below all others, as in the admin.
    ordering_fields = {
        "id": "id", "updated_at": "updated_at", "completeness": "completeness", "engagement": "engagement",
    }  # fmt: skip
    ordering = "id"
    # Each has an index with the id behind it. Scores are shared by hundreds of thousands, moments by few.
    ordering_note = (
        "Among millions of groups it is fast by one of them, or with updated_at first; behind a score, all groups that"
        " have the same are sorted: then find fewer, by a filter or a search. No score is below all others."
    )

    def prepare(self, rows: Sequence[Any]) -> None:
        states = roles.of_groups(rows)
        for group in rows:
            group.role_states = states[group.pk]
            group.missing_roles = [state.name for state in roles.missing(states[group.pk])]

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=StageOfGroup, responses=BuyingGroupSerializer)
    @action(detail=True, methods=["post"])
    def stage(self, request: Request, pk: int) -> Response:
        """Move the group to a stage. A move that is not allowed is refused with the stages that are."""
        stage = StageOfGroup.values_of(request)["stage"]
        moved = groups.set_stage(self.get_object(), stage, **_said(request))
        return self.shown(moved)

    @extend_schema(request=StatusOfGroup, responses=BuyingGroupSerializer)
    @action(detail=True, methods=["post"])
    def status(self, request: Request, pk: int) -> Response:
        """Give the group a status, or take it away."""
        status = StatusOfGroup.values_of(request)["status"]
        changed = groups.set_status(self.get_object(), status, **_said(request))
        return self.shown(changed)


def _said(request: Request) -> dict[str, Any]:
    """Who wants it, when, and of which version."""
    seen = etag.asked_moment(request)
    return {"by": request.user, "now": clock.now(), "source": by_client(request), "unchanged_since": seen}
