from __future__ import annotations

from django_filters import FilterSet
from rest_framework import serializers

from accounts.api.base import Listed, Retrieved
from accounts.api.filters import ChoicesFilter, IdFilter
from accounts.api.serializers import Sparse, UserSerializer
from buying_groups.models import JobRun


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
    created_groups = serializers.IntegerField()
    added = serializers.IntegerField(help_text="Members.")
    removed = serializers.IntegerField(help_text="Members.")
    changed_role = serializers.IntegerField(help_text="Members.")
    ignored = serializers.IntegerField(help_text="Changes that a higher source forbids.")
    rescored = serializers.IntegerField(help_text="Groups, or people, with another score.")
    error = serializers.CharField(allow_blank=True)
    asked_by = UserSerializer(allow_null=True, help_text="null: begun by the night.")
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
    permissions = dict.fromkeys(("list", "retrieve"), "buying_groups.view_jobrun")
    queryset = JobRun.objects.select_related("asked_by")
    serializer_class = JobRunSerializer
    filterset_class = JobRunFilter
    ordering_fields = {"id": "id"}
    ordering = "-id"
