from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.api.base import Listed
from accounts.api.serializers import Sparse, UserSerializer
from journeys.api.base import JourneyResource
from journeys.models import HistoryRecord


class RecordSerializer(Sparse):
    """What was done with a journey."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = UserSerializer(allow_null=True, help_text="null: the system.")
    interface = serializers.ChoiceField(HistoryRecord.Interface.choices)
    what = serializers.CharField(help_text="created, edited, published, closed …")
    detail = serializers.DictField()


class HistoryViewSet(JourneyResource, Listed):
    """Who did what with a journey, when and from where; latest first."""

    permissions = {"list": "journeys.view_journey"}
    queryset = HistoryRecord.objects.select_related("by")
    serializer_class = RecordSerializer
    ordering_fields = {"at": "at"}
    ordering = "-at"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(journey=self.journey())
