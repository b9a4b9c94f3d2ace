from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed
from accounts.api.fields import HIGHEST_ID, Whole
from accounts.api.serializers import Sparse, Strict
from accounts.models import Person, PersonScore, Score
from accounts.services import scores


class PersonScoreSerializer(Sparse):
    """What a person has of a named score."""

    score = serializers.CharField(source="score.name")
    label = serializers.CharField(source="score.label")  # type: ignore[assignment]
    value = serializers.IntegerField()


class NewValue(Strict):
    value = Whole(min_value=-HIGHEST_ID, max_value=HIGHEST_ID)


class PersonScoreViewSet(Listed):
    """The named scores of a person; one that was never changed is not among them."""

    area = "accounts"
    permissions = {"list": "accounts.view_person", "save": "accounts.change_person"}
    queryset = PersonScore.objects.select_related("score")
    serializer_class = PersonScoreSerializer
    ordering_fields = {"score": "score_id"}
    ordering = "score"
    tiebreak = "score_id"

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super().get_queryset().filter(person=Person.objects.only("pk").get(pk=self.kwargs["person_id"]))
        )

    @extend_schema(request=NewValue)
    def save(self, request: Request, person_id: int, name: str) -> Response:
        """Set the score; recorded when it really changes."""
        value = NewValue.values_of(request)["value"]
        score = Score.objects.get(name=name)
        scores.set_score(person_id, score, value, by=request.user, now=clock.now())
        return self.shown(self.get_queryset().get(score=score))
