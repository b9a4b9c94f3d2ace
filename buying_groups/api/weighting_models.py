from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import HIGHEST_ID, Text, Whole
from accounts.api.filters import ChoicesFilter
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.services.saving import NAME_LENGTH
from buying_groups.models import ActivityWeight, WeightBand, WeightingModel
from buying_groups.services import weight_bands, weighting_models

ACTIVITY = "The id of a kind of event."
BAND = "The id of a band of the model; null: it counts nothing."


class BandSerializer(serializers.Serializer[Any]):
    """A named weight."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    value = serializers.IntegerField(help_text="0: it counts nothing.")


class WeightSerializer(serializers.Serializer[Any]):
    """What a kind of activity counts. Every kind that can be weighed is there."""

    activity = serializers.IntegerField(help_text=ACTIVITY)
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    band = serializers.IntegerField(allow_null=True, help_text=BAND)
    weight = serializers.IntegerField()


class WeightingModelSerializer(Sparse):
    """What each kind of activity counts for engagement."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.ChoiceField(WeightingModel.Status.choices, help_text="Exactly one is active.")
    bands = BandSerializer(many=True, help_text="By their values.")
    weights = WeightSerializer(many=True, source="shown_weights", help_text="By their labels.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    activated_by = UserSerializer(allow_null=True)


class CopyOfModel(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)


class GivenBand(Strict):
    """A band. The service checks it; this describes it."""

    id = Whole(required=False, min_value=1, max_value=HIGHEST_ID, help_text="A new one has none.")
    name = Text(longest=weight_bands.NAME_LENGTH, shortest=1)
    value = Whole(min_value=0, max_value=weight_bands.HIGHEST)


class GivenWeight(Strict):
    """What a kind of activity counts from now on. The service checks it; this describes it."""

    activity = Whole(min_value=1, max_value=HIGHEST_ID, help_text=ACTIVITY)
    band = Whole(allow_null=True, min_value=1, max_value=HIGHEST_ID, help_text=BAND)


@extend_schema_field(GivenBand(many=True))
class GivenBands(serializers.JSONField):
    """All bands of a model."""


@extend_schema_field(GivenWeight(many=True))
class GivenWeights(serializers.JSONField):
    """Those weights that change."""


class ChangedWeightingModel(Strict):
    bands = GivenBands(
        required=False,
        help_text="All of them. One goes only while no activity is in it; one with its id stays it.",
    )
    weights = GivenWeights(required=False, help_text="Those that change; the others stay.")


class WeightingModelFilter(FilterSet):
    status = ChoicesFilter(choices=WeightingModel.Status.choices)


class WeightingModelViewSet(Listed, Retrieved):
    """Weighting models. One is active; a new one is a duplicate, a draft until it is activated."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_weightingmodel",
        "retrieve": "buying_groups.view_weightingmodel",
        "partial_update": "buying_groups.change_weightingmodel",
        "destroy": "buying_groups.delete_weightingmodel",
        "duplicate": "buying_groups.add_weightingmodel",
        "activate": "buying_groups.change_weightingmodel",
    }
    tagged = ("retrieve", "partial_update", "duplicate", "activate")
    matched = ("partial_update", "destroy", "activate")
    queryset = WeightingModel.objects.select_related("created_by", "activated_by").prefetch_related(
        Prefetch("bands", WeightBand.objects.order_by("value")),
        Prefetch("weights", ActivityWeight.objects.select_related("band")),
    )
    serializer_class = WeightingModelSerializer
    filterset_class = WeightingModelFilter
    search_fields = ("name",)
    ordering_fields = {
        "name": "name",
        "status": "status",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "activated_at": "activated_at",
    }
    ordering = "-updated_at"
    nulls_last = ("activated_at",)

    def prepare(self, rows: Sequence[Any]) -> None:
        kinds = list(weighting_models.activities().order_by("label", "pk"))
        for model in rows:
            bands = {weight.event_type_id: weight.band for weight in model.weights.all()}
            model.shown_weights = [_weight(kind, bands.get(kind.pk)) for kind in kinds]

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=ChangedWeightingModel)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a draft: its bands, all at once; the weights of some activities."""
        given, seen = ChangedWeightingModel.values_of(request), etag.asked_moment(request)
        weighting_models.edit(
            self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen
        )
        return self.shown(self.get_object())

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a draft for good."""
        seen = etag.asked_moment(request)
        weighting_models.delete(self.get_object(), by=request.user, unchanged_since=seen)
        return Response(status=204)

    @extend_schema(request=CopyOfModel, responses={201: WeightingModelSerializer})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: int) -> Response:
        """A draft with the bands and weights of this model, whatever its status."""
        name = CopyOfModel.values_of(request)["name"]
        copy = weighting_models.duplicate(self.get_object(), name=name, by=request.user, now=clock.now())
        place = request.path.replace(f"/{pk}/duplicate/", f"/{copy.pk}/")
        return self.shown(
            self.get_queryset().get(pk=copy.pk), 201, {"Location": request.build_absolute_uri(place)}
        )

    @extend_schema(request=Nothing, responses=WeightingModelSerializer)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: int) -> Response:
        """Score with a draft from the next run on; the model that was active is archived."""
        Nothing.values_of(request)
        seen = etag.asked_moment(request)
        weighting_models.activate(self.get_object(), by=request.user, now=clock.now(), unchanged_since=seen)
        return self.shown(self.get_object())


def _weight(kind: Any, band: WeightBand | None) -> dict[str, Any]:
    return {
        "activity": kind.pk, "name": kind.name, "label": kind.label,
        "band": band.pk if band else None, "weight": band.value if band else 0,
    }  # fmt: skip
