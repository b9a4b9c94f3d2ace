from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.problem import refused_parameter
from journeys.api.base import JourneyResource
from journeys.forecast import forecast
from journeys.models import Journey
from journeys.nodes.registry import KINDS
from journeys.reports import numbers
from journeys.services import pointing_here
from journeys.validation import find_problems, find_warnings


class ProblemOfJourney(serializers.Serializer[Any]):
    """Something to resolve, or to look at."""

    code = serializers.CharField(help_text="For machines; stays the same.")
    detail = serializers.CharField(source="message", help_text="For people.")
    node = serializers.CharField(allow_blank=True, help_text="The key of the node; empty: the whole map.")
    pointer = serializers.CharField(allow_blank=True, help_text="The place in the document.")


class ProblemsSerializer(serializers.Serializer[Any]):
    """What publishing refuses, and what looks like an oversight; both empty unless this is a draft."""

    problems = ProblemOfJourney(many=True)
    warnings = ProblemOfJourney(many=True)


class ExitsSerializer(serializers.Serializer[Any]):
    """When a wait lets accounts go on; nothing for other nodes, and while its settings are not complete."""

    node = serializers.CharField()
    exits = serializers.ListField(
        child=serializers.DateTimeField(), help_text="Of an account that arrives now."
    )
    time_zone = serializers.CharField(help_text="By whose clocks the wait goes.")
    is_of_account = serializers.BooleanField(
        help_text="Each account goes by its own zone; these are the exits of one without."
    )


class ForecastSerializer(serializers.Serializer[Any]):
    """Whom the journey would take in if it were published now."""

    accounts = serializers.IntegerField()
    people = serializers.IntegerField()
    messages = serializers.DictField(child=serializers.IntegerField(), help_text="At most, by channel.")


class EntriesOfJourney(serializers.Serializer[Any]):
    """The entries of the journey by how they stand."""

    entered = serializers.IntegerField()
    active = serializers.IntegerField()
    completed = serializers.IntegerField()
    removed = serializers.IntegerField()
    aborted = serializers.IntegerField()
    failed = serializers.IntegerField()
    completion_rate = serializers.FloatField(allow_null=True, help_text="Completed of all, 0 to 1.")


class NodeNumbersSerializer(serializers.Serializer[Any]):
    """What a node shows. The list behind each number: `entries` with `node` and `behind`."""

    key = serializers.CharField(source="node.key")
    kind = serializers.CharField(source="node.kind")
    entered = serializers.IntegerField()
    there = serializers.IntegerField()
    done = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    unmatched = serializers.IntegerField(help_text="Of a split without “other”: how many matched no path.")


class CountersSerializer(serializers.Serializer[Any]):
    entries = EntriesOfJourney(source="progress")
    nodes = NodeNumbersSerializer(many=True)


class PointingJourney(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.ChoiceField(Journey.Status.choices)


class PointingSerializer(serializers.Serializer[Any]):
    results = PointingJourney(many=True)


class ReportViewSet(JourneyResource):
    """What there is to know of a journey."""

    permissions = dict.fromkeys(
        ("problems", "exits", "forecast", "counters", "pointing"), "journeys.view_journey"
    )
    parameters = {"exits": ("node",)}

    @extend_schema(responses=ProblemsSerializer)
    def problems(self, request: Request, journey_id: int) -> Response:
        """What keeps a draft from being published, and what never blocks but may be an oversight."""
        journey, now = self.journey(), clock.now()
        if not journey.is_editable:
            return Response({"problems": [], "warnings": []})
        found = {"problems": find_problems(journey, now=now), "warnings": find_warnings(journey, now=now)}
        return Response(ProblemsSerializer(found).data)

    @extend_schema(
        parameters=[OpenApiParameter("node", str, required=True, description="The key of a node.")],
        responses=ExitsSerializer,
    )
    def exits(self, request: Request, journey_id: int) -> Response:
        """When an account that arrives at a wait now would go on, and the next moments of its window: five at most."""
        journey, key = self.journey(), request.query_params.get("node", "")
        if not key:
            raise refused_parameter("node", "The key of a node is needed.", "required")
        node = next((node for node in journey.draft.nodes if node["key"] == key), None)
        if node is None or node["kind"] not in KINDS:
            raise refused_parameter("node", f"The map has no node “{key[:63]}”.", "not_found")
        found = KINDS[node["kind"]].next_exits(node, now=clock.now(), time_zone=journey.time_zone)
        return Response(ExitsSerializer({"node": key, "exits": found.moments, **asdict(found)}).data)

    @extend_schema(responses=ForecastSerializer)
    def forecast(self, request: Request, journey_id: int) -> Response:
        """How many accounts qualify now, how many people belong to them, how many messages at most."""
        return Response(ForecastSerializer(forecast(self.journey(), now=clock.now())).data)

    @extend_schema(responses=CountersSerializer)
    def counters(self, request: Request, journey_id: int) -> Response:
        """The numbers of the journey and of each node, exact."""
        return Response(CountersSerializer(numbers.read(self.journey())).data)

    @extend_schema(responses=PointingSerializer)
    def pointing(self, request: Request, journey_id: int) -> Response:
        """The draft, scheduled and live journeys that add accounts to this one or remove them from it."""
        found = pointing_here(self.journey())
        return Response(PointingSerializer({"results": found}).data)
