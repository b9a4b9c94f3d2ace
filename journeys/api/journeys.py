from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Listed, Retrieved
from accounts.api.body import object_of
from accounts.api.filters import AfterFilter, BeforeFilter, ChoicesFilter, IdFilter
from journeys import services
from journeys.api.base import PEOPLE, JourneyResource, said, seen_by, tag_of
from journeys.api.serializers import JourneyFields, JourneySerializer
from journeys.models import Journey

# The order of the statuses is that of a journey's life (spec 1.2).
STATUS_ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(Journey.Status)), default=Value(9)
)


class JourneyFilter(FilterSet):
    status = ChoicesFilter(choices=Journey.Status.choices)
    created_by = IdFilter()
    updated_by = IdFilter()
    published_by = IdFilter()
    created_at_after = AfterFilter("created_at")
    created_at_before = BeforeFilter("created_at")
    updated_at_after = AfterFilter("updated_at")
    updated_at_before = BeforeFilter("updated_at")
    published_at_after = AfterFilter("published_at")
    published_at_before = BeforeFilter("published_at")
    start_after = AfterFilter("starts_at")
    start_before = BeforeFilter("starts_at")
    end_after = AfterFilter("ends_at")
    end_before = BeforeFilter("ends_at")


class JourneyViewSet(JourneyResource, Listed, Retrieved):
    """Journeys and their fields. A draft can be edited; later its name, and its end date while it has one to come."""

    permissions = {
        "list": "journeys.view_journey",
        "retrieve": "journeys.view_journey",
        "create": "journeys.add_journey",
        "partial_update": "journeys.change_journey",
        "destroy": "journeys.delete_journey",
    }
    tagged = ("retrieve", "create", "partial_update")
    matched = ("partial_update", "destroy")
    serializer_class = JourneySerializer
    filterset_class = JourneyFilter
    search_fields = ("name",)
    ordering_fields = {
        "status": "status_order",
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "published_at": "published_at",
        "published_by": "published_by__username",
        "start": "starts_at",
        "end": "ends_at",
    }
    ordering = "-updated_at"
    nulls_last = ("published_at", "published_by__username", "starts_at", "ends_at")

    def get_queryset(self) -> QuerySet[Any]:
        rows = Journey.objects.present().select_related(*PEOPLE)
        return rows.alias(status_order=STATUS_ORDER) if self.action == "list" else rows

    def tag(self, row: Any) -> str:
        return tag_of(row)

    @extend_schema(request=JourneyFields, responses={201: JourneySerializer})
    def create(self, request: Request) -> Response:
        """A new draft with an empty start."""
        given = object_of(request)
        name, description = given.pop("name", ""), given.pop("description", "")
        return self.created(
            services.create(name=name, description=description, settings=given, **said(request))
        )

    @extend_schema(request=JourneyFields)
    def partial_update(self, request: Request, journey_id: int) -> Response:
        """Change the fields that are given; 409 for what the status does not allow."""
        journey = self.journey()
        seen = seen_by(request, journey)
        return self.shown(services.edit(journey, changes=object_of(request), **seen, **said(request)))

    def destroy(self, request: Request, journey_id: int) -> Response:
        """Delete a draft, an aborted or a finished journey for good."""
        journey = self.journey()
        services.delete(journey, **seen_by(request, journey), **said(request))
        return Response(status=204)
