from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiViewSet
from accounts.models import CustomAttribute
from actions.base import Action
from actions.registry import ACTIONS
from actions.types import Group, On


class ActionTypeSerializer(serializers.Serializer[Any]):
    """What a journey can do."""

    type = serializers.CharField(help_text="The stored value, for `action` of a node.")
    label = serializers.CharField()  # type: ignore[assignment]
    group = serializers.ChoiceField(Group.choices)
    group_label = serializers.CharField()
    on = serializers.ChoiceField(On.choices, help_text="Whom it is taken on, for `on` of a node.")
    settings = serializers.DictField(help_text="The JSON Schema of its settings.")
    available = serializers.BooleanField()
    unavailable_because = serializers.CharField(allow_blank=True)


@extend_schema_serializer(many=False)
class ActionTypesSerializer(serializers.Serializer[Any]):
    results = ActionTypeSerializer(many=True)


class ActionTypeViewSet(ApiViewSet):
    """The actions of this installation."""

    area = "journeys"
    permissions = {"list": "journeys.view_journey"}
    pagination_class = None
    queryset: QuerySet[Any] = CustomAttribute.objects.none()

    @extend_schema(responses={200: ActionTypesSerializer})
    def list(self, request: Request) -> Response:
        """All actions, each with the JSON Schema of its settings."""
        return Response({"results": [_entry(action) for action in ACTIONS.values()]})


def _entry(action: Action) -> dict[str, Any]:
    because = action.unavailable()
    return {
        "type": str(action.type),
        "label": action.label,
        "group": str(action.group),
        "group_label": str(action.group.label),
        "on": str(action.on),
        "settings": action.schema(),
        "available": because is None,
        "unavailable_because": because or "",
    }
