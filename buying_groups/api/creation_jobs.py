from __future__ import annotations

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import Existing
from accounts.api.filters import IdFilter
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.models import AccountList, Audience
from buying_groups.api.job_runs import JobRunSerializer
from buying_groups.models import CreationJob, SolutionInterest
from buying_groups.services import creation


class CreationJobSerializer(Sparse):
    """Groups of a solution interest for every account of an audience or a list, those that come later too."""

    id = serializers.IntegerField()
    solution_interest = serializers.IntegerField(source="solution_interest_id")
    solution_interest_name = serializers.CharField(source="solution_interest.name")
    audience = serializers.IntegerField(source="audience_id", allow_null=True)
    account_list = serializers.IntegerField(source="account_list_id", allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)


class NewCreationJob(Strict):
    """One audience, or one live account list."""

    solution_interest = Existing(lambda: SolutionInterest.objects.all(), help_text="Its id.")
    audience = Existing(
        lambda: Audience.objects.all(), required=False, allow_null=True, help_text="The id of an audience."
    )
    account_list = Existing(
        lambda: AccountList.objects.all(), required=False, allow_null=True, help_text="The id of a live list."
    )


class EstimateSerializer(serializers.Serializer[Any]):
    """What such a job would do now."""

    groups = serializers.IntegerField(help_text="How many groups it would create.")


class CreationJobFilter(FilterSet):
    solution_interest = IdFilter(field_name="solution_interest_id", label="The id of its solution interest.")
    audience = IdFilter(field_name="audience_id", label="The id of its audience.")
    account_list = IdFilter(field_name="account_list_id", label="The id of its account list.")


class CreationJobViewSet(Listed, Retrieved):
    """Creation jobs: they make buying groups every night, and when they are run."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_creationjob",
        "retrieve": "buying_groups.view_creationjob",
        "create": "buying_groups.add_creationjob",
        "estimate": "buying_groups.add_creationjob",
        "run": "buying_groups.add_creationjob",
        "destroy": "buying_groups.delete_creationjob",
    }
    queryset = CreationJob.objects.select_related("solution_interest", "created_by")
    serializer_class = CreationJobSerializer
    filterset_class = CreationJobFilter
    ordering_fields = {"created_at": "created_at", "solution_interest": "solution_interest__name"}
    ordering = "-created_at"

    @extend_schema(request=NewCreationJob, responses={201: CreationJobSerializer})
    def create(self, request: Request) -> Response:
        """A new job. It begins with the next night; `run` lets it begin now."""
        given = NewCreationJob.values_of(request)
        made = creation.create(given.pop("solution_interest"), **given, by=request.user, now=clock.now())
        return self.created(made)

    @extend_schema(request=NewCreationJob, responses={200: EstimateSerializer})
    @action(detail=False, methods=["post"])
    def estimate(self, request: Request) -> Response:
        """How many groups such a job would create now. Nothing is changed."""
        given = NewCreationJob.values_of(request)
        found = creation.estimate(given.pop("solution_interest"), **given, now=clock.now())
        return Response({"groups": found})

    @extend_schema(request=Nothing, responses={200: JobRunSerializer})
    @action(detail=True, methods=["post"])
    def run(self, request: Request, pk: int) -> Response:
        """Have it create what is missing as soon as a worker is free; while such a run is open, that one."""
        Nothing.values_of(request)
        queued = creation.run(self.get_object(), by=request.user, now=clock.now())
        return Response(JobRunSerializer(queued).data)

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a job; the groups that it has made stay."""
        creation.delete(self.get_object(), by=request.user, now=clock.now())
        return Response(status=204)
