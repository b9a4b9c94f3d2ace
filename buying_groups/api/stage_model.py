from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import ApiViewSet
from accounts.api.fields import Text, YesNo
from accounts.api.problem import FaultSerializer, faults_of
from accounts.api.serializers import Nothing, Strict, UserSerializer
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH
from buying_groups.models import Stage, StageModel
from buying_groups.services import model_stages, stage_model

OUTCOME = "What it means to be there; empty: nothing yet."
LEADS_TO = "The names of the stages to which a group may move from it."


class StageSerializer(serializers.Serializer[Any]):
    """Where a buying group stands in its decision."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    is_entry = serializers.BooleanField(help_text="A group without a stage may come here.")
    outcome = serializers.ChoiceField(Stage.Outcome.choices, allow_blank=True, help_text=OUTCOME)
    leads_to = serializers.SerializerMethodField(help_text=LEADS_TO)

    def get_leads_to(self, stage: Stage) -> list[str]:
        return [there.name for there in stage.next_stages.all()]


class GivenStage(Strict):
    """A stage. The service checks it; this describes it."""

    name = Text(longest=model_stages.NAME_LENGTH, shortest=1, help_text="By it a stage is known.")
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    is_entry = YesNo(required=False, help_text="A group without a stage may come here. Default: false.")
    outcome = serializers.ChoiceField(
        Stage.Outcome.choices, required=False, allow_blank=True, help_text=OUTCOME
    )
    leads_to = serializers.ListField(child=serializers.CharField(), required=False, help_text=LEADS_TO)


@extend_schema_field(GivenStage(many=True))
class GivenStages(serializers.JSONField):
    """All stages of the model, in their order."""


class StageModelSerializer(serializers.Serializer[Any]):
    """The stages that buying groups go through."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(StageModel.Status.choices)
    stages = StageSerializer(many=True, help_text="In their order.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = UserSerializer(allow_null=True)


class GivenStageModel(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1, help_text="Fixed once the model is there.")
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    stages = GivenStages(help_text="All of them; those that are not given go.")


class ProblemsOfModelSerializer(serializers.Serializer[Any]):
    """What keeps the draft from being published, and what looks like an oversight and does not; their places are
    those of the model's own members.
    """

    problems = FaultSerializer(many=True)
    warnings = FaultSerializer(many=True)


class StageModelViewSet(ApiViewSet):
    """The stage model, of which there is one: a draft changes as a whole, a live one is frozen."""

    area = "buying_groups"
    permissions = {
        "read": "buying_groups.view_stagemodel",
        "save": "buying_groups.change_stagemodel",
        "destroy": "buying_groups.delete_stagemodel",
        "problems": "buying_groups.view_stagemodel",
        "publish": "buying_groups.publish_stagemodel",
    }
    tagged = ("read", "save", "publish")
    matched = ("save", "destroy", "publish")
    absent = ("read", "destroy", "problems", "publish")
    queryset = StageModel.objects.select_related("created_by", "published_by").prefetch_related(
        Prefetch("stages", Stage.objects.order_by("position", "pk")),
        Prefetch("stages__next_stages", Stage.objects.order_by("position", "pk")),
    )
    serializer_class = StageModelSerializer

    def get_object(self) -> Any:
        found = self.get_queryset().first()
        if found is None:
            raise NotFound(_("There is no stage model yet; PUT makes one."))
        return found

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(responses=StageModelSerializer)
    def read(self, request: Request) -> Response:
        """The stage model; 404 while there is none."""
        return self.shown(self.get_object())

    @extend_schema(request=GivenStageModel, responses={200: StageModelSerializer, 201: StageModelSerializer})
    def save(self, request: Request) -> Response:
        """Make the stage model, or replace the stages and moves of the draft."""
        given, seen = GivenStageModel.values_of(request), etag.asked_moment(request)
        said: dict[str, Any] = {"by": request.user, "now": clock.now()}
        there = stage_model.the_model()
        if there is None:
            stage_model.create(**given, **said)
        else:
            stage_model.edit(there, **given, **said, unchanged_since=seen)
        return self.shown(self.get_object(), 201 if there is None else 200)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request) -> Response:
        """Delete it for good, unless a solution interest, a journey or a condition uses it."""
        seen = etag.asked_moment(request)
        stage_model.delete(self.get_object(), by=request.user, unchanged_since=seen)
        return Response(status=204)

    @extend_schema(responses=ProblemsOfModelSerializer)
    def problems(self, request: Request) -> Response:
        """What keeps the draft from being published, and what is worth a look; none of a live model."""
        model = self.get_object()
        found = {"problems": stage_model.problems(model), "warnings": stage_model.warnings(model)}
        return Response(
            {name: [fault.as_json() for fault in faults_of(several)] for name, several in found.items()}
        )

    @extend_schema(request=Nothing, responses=StageModelSerializer)
    def publish(self, request: Request) -> Response:
        """Make the draft live: solution interests can use it, and its stages and moves are frozen."""
        Nothing.values_of(request)
        seen = etag.asked_moment(request)
        stage_model.publish(self.get_object(), by=request.user, now=clock.now(), unchanged_since=seen)
        return self.shown(self.get_object())
