from __future__ import annotations

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import Existing, Text, YesNo
from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH
from buying_groups.api.job_runs import JobRunSerializer
from buying_groups.models import RoleTemplate, SolutionInterest, StageModel
from buying_groups.services import creation, solution_interests

UPDATES = "The daily maintenance keeps the members of existing groups up to date."
WITHOUT = "null: none; the groups then lose their stages. Refused while a published journey uses these."


class SolutionInterestSerializer(Sparse):
    """What an account may buy: each account has at most one buying group for it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    template = serializers.IntegerField(source="template_id")
    template_name = serializers.CharField(source="template.name")
    stage_model = serializers.IntegerField(source="stage_model_id", allow_null=True)
    updates_groups = serializers.BooleanField(help_text=UPDATES)
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()


class NewSolutionInterest(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    template = Existing(
        lambda: RoleTemplate.objects.all(), help_text="The id of a live role template; fixed for ever."
    )
    stage_model = Existing(
        lambda: StageModel.objects.all(),
        required=False,
        allow_null=True,
        help_text="Its id, once it is live.",
    )
    updates_groups = YesNo(required=False, help_text=f"{UPDATES} Default: false.")


class ChangedSolutionInterest(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    stage_model = Existing(
        lambda: StageModel.objects.all(), required=False, allow_null=True, help_text=WITHOUT
    )
    updates_groups = YesNo(required=False, help_text=UPDATES)


class SolutionInterestFilter(FilterSet):
    template = IdFilter(field_name="template_id", label="The id of its role template.")
    stage_model = IdFilter(field_name="stage_model_id", label="The id of its stage model.")
    updates_groups = YesNoFilter()


class SolutionInterestViewSet(Listed, Retrieved):
    """Solution interests. The role template of one is fixed; its stage model may come and go."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_solutioninterest",
        "retrieve": "buying_groups.view_solutioninterest",
        "create": "buying_groups.add_solutioninterest",
        "partial_update": "buying_groups.change_solutioninterest",
        "destroy": "buying_groups.delete_solutioninterest",
        "maintain": "buying_groups.change_solutioninterest",
    }
    tagged = ("retrieve", "create", "partial_update")
    matched = ("partial_update", "destroy")
    queryset = SolutionInterest.objects.select_related("template", "created_by")
    serializer_class = SolutionInterestSerializer
    filterset_class = SolutionInterestFilter
    search_fields = ("name",)
    ordering_fields = {"name": "name", "created_at": "created_at", "updated_at": "updated_at"}
    ordering = "-updated_at"

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=NewSolutionInterest, responses={201: SolutionInterestSerializer})
    def create(self, request: Request) -> Response:
        """A new solution interest, with a live role template for ever."""
        given = NewSolutionInterest.values_of(request)
        return self.created(solution_interests.create(**given, by=request.user, now=clock.now()))

    @extend_schema(request=ChangedSolutionInterest)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change it. When its stage model goes or is another one, its groups lose their stages."""
        given, seen = ChangedSolutionInterest.values_of(request), etag.asked_moment(request)
        edited = solution_interests.edit(
            self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen
        )
        return self.shown(edited)

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a solution interest for good, unless groups, creation jobs or journeys use it."""
        seen = etag.asked_moment(request)
        solution_interests.delete(self.get_object(), by=request.user, unchanged_since=seen)
        return Response(status=204)

    @extend_schema(request=Nothing, responses={200: JobRunSerializer})
    @action(detail=True, methods=["post"])
    def maintain(self, request: Request, pk: int) -> Response:
        """Have its groups maintained as soon as a worker is free; while such a run is open, that one."""
        Nothing.values_of(request)
        queued = creation.maintain(self.get_object(), by=request.user, now=clock.now())
        return Response(JobRunSerializer(queued).data)
