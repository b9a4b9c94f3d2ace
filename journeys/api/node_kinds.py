from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiViewSet
from journeys.document.schema import document_schema
from journeys.models import Journey
from journeys.nodes.registry import KINDS


class NodeKindSerializer(serializers.Serializer[Any]):
    """One kind of node."""

    kind = serializers.CharField(help_text="The stored value.")
    label = serializers.CharField()  # type: ignore[assignment]
    on = serializers.ListField(child=serializers.CharField(), help_text="Values of `on`; empty: it has none.")
    has_paths = serializers.BooleanField(help_text="It has `paths`, else one `next`.")
    path_keys = serializers.ListField(child=serializers.CharField())
    settings = serializers.DictField(help_text="The JSON Schema; of an action: see `action-types`.")


@extend_schema_serializer(many=False)
class NodeKindsSerializer(serializers.Serializer[Any]):
    results = NodeKindSerializer(many=True)


class NodeKindViewSet(ApiViewSet):
    """What a map can be made of."""

    area = "journeys"
    permissions = {"list": "journeys.view_journey", "document": "journeys.view_journey"}
    pagination_class = None
    queryset = Journey.objects.none()

    @extend_schema(responses={200: NodeKindsSerializer})
    def list(self, request: Request) -> Response:
        """All kinds of nodes, each with the JSON Schema of its settings."""
        return Response({"results": [_entry(kind) for kind in KINDS.values()]})

    @extend_schema(operation_id="document_schema", responses=OpenApiTypes.OBJECT)
    def document(self, request: Request) -> Response:
        """The JSON Schema of a whole journey as a document."""
        return Response(document_schema())


def _entry(kind: Any) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "label": str(kind.label),
        "on": [str(value) for value in kind.on],
        "has_paths": kind.has_paths,
        "path_keys": list(kind.path_keys),
        "settings": kind.schema(),
    }
