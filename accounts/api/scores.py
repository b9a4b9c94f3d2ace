from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Listed, Retrieved
from accounts.api.fields import Text
from accounts.api.serializers import Sparse, Strict
from accounts.models import Score
from accounts.services import scores


class ScoreSerializer(Sparse):
    """A named number that people carry."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField(allow_blank=True)


class NewScore(Strict):
    name = Text(longest=63, shortest=1, help_text="Small letters, digits and _; fixed from now on.")
    label = Text(longest=100, shortest=1)  # type: ignore[assignment]
    description = Text(required=False, longest=500)


class ChangedScore(Strict):
    label = Text(required=False, longest=100, shortest=1)  # type: ignore[assignment]
    description = Text(required=False, longest=500)


class ScoreViewSet(Listed, Retrieved):
    """Named scores; what a person has is under the person."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_score",
        "retrieve": "accounts.view_score",
        "create": "accounts.add_score",
        "partial_update": "accounts.change_score",
        "destroy": "accounts.delete_score",
    }
    queryset = Score.objects.all()
    serializer_class = ScoreSerializer
    search_fields = ("name", "label")
    ordering_fields = {"name": "name", "label": "label"}
    ordering = "name"

    @extend_schema(request=NewScore, responses={201: ScoreSerializer})
    def create(self, request: Request) -> Response:
        """A new score."""
        return self.created(scores.create(**NewScore.values_of(request), by=request.user))

    @extend_schema(request=ChangedScore)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change label or description."""
        return self.shown(scores.edit(pk, **ChangedScore.values_of(request), by=request.user))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a score that nobody has."""
        scores.delete(pk, by=request.user)
        return Response(status=204)
