from __future__ import annotations

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed, Retrieved
from accounts.api.filters import ChoicesFilter, IdFilter
from accounts.api.serializers import Nothing, Sparse, UserSerializer
from buying_groups.models import JobRun
from buying_groups.services import runs


class JobRunSerializer(Sparse):
    """One run of what makes, maintains or scores buying groups."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(JobRun.Kind.choices)
    creation_job = serializers.IntegerField(source="job_id", allow_null=True)
    solution_interest = serializers.IntegerField(
        source="solution_interest_id", allow_null=True, help_text="Of a maintenance; null: all of them."
    )
    status = serializers.ChoiceField(JobRun.Status.choices)
    progress = serializers.FloatField(help_text="From 0 to 1.")
    done = serializers.IntegerField(help_text="Accounts, groups or scores that it has come to.")
    total = serializers.IntegerField(help_text="Of so many; 0 before it has started.")
    created_groups = serializers.IntegerField()
    added = serializers.IntegerField(help_text="Members.")
    removed = serializers.IntegerField(help_text="Members.")
    changed_role = serializers.IntegerField(help_text="Members.")
    ignored = serializers.IntegerField(help_text="Changes that a higher source forbids.")
    rescored = serializers.IntegerField(help_text="Groups, or people, with another score.")
    error = serializers.CharField(allow_blank=True)
    asked_by = UserSerializer(allow_null=True, help_text="null: begun by the night.")
    cancelled_by = UserSerializer(allow_null=True)
    queued_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class JobRunFilter(FilterSet):
    kind = ChoicesFilter(choices=JobRun.Kind.choices)
    status = ChoicesFilter(choices=JobRun.Status.choices)
    creation_job = IdFilter(field_name="job_id", label="The id of its creation job.")
    solution_interest = IdFilter(
        field_name="solution_interest_id", label="The id of the solution interest that was maintained."
    )


class JobRunViewSet(Listed, Retrieved):
    """Runs over buying groups: those under way, and what earlier ones did."""

    area = "buying_groups"
    permissions = {
        **dict.fromkeys(("list", "retrieve"), "buying_groups.view_jobrun"),
        "cancel": "buying_groups.change_jobrun",
    }
    queryset = JobRun.objects.select_related("asked_by", "cancelled_by")
    serializer_class = JobRunSerializer
    filterset_class = JobRunFilter
    ordering_fields = {"id": "id"}
    ordering = "-id"

    @extend_schema(request=Nothing, responses={200: JobRunSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        """Stop it between its batches; what is done stays. The next night, or another run, does the rest."""
        Nothing.values_of(request)
        return self.shown(runs.cancel(pk, by=request.user, now=clock.now()))
