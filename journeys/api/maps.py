from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import etag
from accounts.api.body import only
from accounts.api.serializers import Nothing
from journeys import services
from journeys.api.base import JourneyResource, said
from journeys.document import files


class MapSerializer(serializers.Serializer[Any]):
    """The nodes, in the one form of files and API; their JSON Schema is in `document-schema`."""

    nodes = serializers.ListField(child=serializers.DictField())


class MapViewSet(JourneyResource):
    """The map of a journey. What GET answers, PUT takes unchanged."""

    permissions = {
        "map": "journeys.view_journey",
        "save_map": "journeys.change_journey",
        "undo_map": "journeys.change_journey",
    }
    tagged = ("map", "save_map", "undo_map")
    matched = ("save_map", "undo_map")
    serializer_class = MapSerializer

    @extend_schema(responses=MapSerializer)
    def map(self, request: Request, journey_id: int) -> Response:
        """The nodes, with the names of now. The ETag is the revision of the draft."""
        return self.now()

    @extend_schema(request=MapSerializer, responses=MapSerializer)
    def save_map(self, request: Request, journey_id: int) -> Response:
        """Replace the map of a draft; what is missing is kept and listed as a problem, what is wrong is refused."""
        nodes, seen = only(request, "nodes").get("nodes"), etag.asked_revision(request)
        services.save_map(self.journey(), nodes=nodes, revision=seen, **said(request))
        return self.now()

    @extend_schema(request=Nothing, responses=MapSerializer)
    def undo_map(self, request: Request, journey_id: int) -> Response:
        """Take the last change of the map back; again goes further back."""
        only(request)
        services.undo(self.journey(), revision=etag.asked_revision(request), **said(request))
        return self.now()

    def now(self) -> Response:
        """The map as it is now."""
        journey = self.journey()
        tag = etag.of_revision(journey.draft.revision)
        return Response({"nodes": files.map_of(journey)}, headers={"ETag": tag})
