from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import ApiViewSet
from accounts.api.body import only
from accounts.api.serializers import Nothing, UserSerializer
from journeys import services
from journeys.api.transitions import Why
from journeys.models import EngineState


class EngineSerializer(serializers.Serializer[Any]):
    """The engine as a whole."""

    last_round_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True, help_text="Since then nobody moves anywhere.")
    held_by = UserSerializer(allow_null=True)
    held_because = serializers.CharField(allow_blank=True)


class EngineViewSet(ApiViewSet):
    """The switch that stops every journey."""

    area = "journeys"
    permissions = {
        "read": "journeys.view_journey",
        "hold": "journeys.hold_engine",
        "release": "journeys.hold_engine",
    }
    queryset = EngineState.objects.select_related("held_by")
    serializer_class = EngineSerializer

    @extend_schema(responses=EngineSerializer)
    def read(self, request: Request) -> Response:
        """When it last went round, and whether it is held."""
        return self.state()

    @extend_schema(request=Why, responses=EngineSerializer)
    def hold(self, request: Request) -> Response:
        """Let nobody move in any journey until it is released."""
        because: Any = only(request, "because").get("because")
        services.hold_engine(because=because, by=request.user, now=clock.now())
        return self.state()

    @extend_schema(request=Nothing, responses=EngineSerializer)
    def release(self, request: Request) -> Response:
        """Let the engine go on."""
        only(request)
        services.release_engine(by=request.user, now=clock.now())
        return self.state()

    def state(self) -> Response:
        return self.shown(self.get_queryset().first() or EngineState())
