from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.body import only
from accounts.api.fields import OneOf, Text
from accounts.api.problem import Fault, Refusal
from accounts.api.serializers import Nothing, Strict
from journeys import services
from journeys.api.base import PEOPLE, JourneyResource, said, seen_by, tag_of
from journeys.api.serializers import JourneySerializer
from journeys.document.field_checks import DESCRIPTION_LENGTH, NAME_LENGTH
from journeys.services.hold import REASON_LENGTH


class Schedule(Strict):
    """What is not given stays as the draft has it."""

    start = serializers.CharField(required=False, allow_null=True, help_text="“immediately”, or an instant.")
    end = serializers.DateTimeField(
        required=False, allow_null=True, help_text="After the start, three years at most."
    )


class Why(Strict):
    because = Text(longest=REASON_LENGTH, shortest=1)


class Copy(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1, help_text="Default: the name with _copy.")
    description = Text(required=False, longest=DESCRIPTION_LENGTH, help_text="Default: the original's.")
    type = OneOf([services.PARTIAL_CONTENT, services.WITHOUT_DETAILS], required=False)


class TransitionViewSet(JourneyResource):
    """What moves a journey from status to status. What its status does not allow is 409, with what it allows."""

    permissions = {
        "publish": "journeys.publish_journey",
        "close": "journeys.publish_journey",
        "abort": "journeys.abort_journey",
        "hold": "journeys.hold_journey",
        "release": "journeys.hold_journey",
        "duplicate": "journeys.add_journey",
    }
    tagged = ("publish", "close", "abort", "hold", "release", "duplicate")
    matched = ("publish", "close", "abort")
    unprocessable = ("publish",)
    serializer_class = JourneySerializer

    def tag(self, row: Any) -> str:
        return tag_of(row)

    @extend_schema(request=Schedule, responses=JourneySerializer)
    def publish(self, request: Request, journey_id: int) -> Response:
        """Freeze the map and let the audience in: at once, or at the start when that is in the future."""
        schedule, journey = only(request, "start", "end"), self.journey()
        try:
            services.publish(journey, **schedule, **seen_by(request, journey), **said(request))
        except services.CannotPublish as error:
            raise _problems(error) from error
        return self.now()

    @extend_schema(request=Nothing, responses=JourneySerializer)
    def close(self, request: Request, journey_id: int) -> Response:
        """Let no more accounts in; those inside go on."""
        only(request)
        journey = self.journey()
        services.close(journey, **seen_by(request, journey), **said(request))
        return self.now()

    @extend_schema(request=Nothing, responses=JourneySerializer)
    def abort(self, request: Request, journey_id: int) -> Response:
        """Stop every account where it stands, for good."""
        only(request)
        journey = self.journey()
        services.abort(journey, **seen_by(request, journey), **said(request))
        return self.now()

    @extend_schema(request=Why, responses=JourneySerializer)
    def hold(self, request: Request, journey_id: int) -> Response:
        """Let nobody move or enter until it is released."""
        because = only(request, "because").get("because")
        services.hold(self.journey(), because=because, **said(request))  # type: ignore[arg-type]
        return self.now()

    @extend_schema(request=Nothing, responses=JourneySerializer)
    def release(self, request: Request, journey_id: int) -> Response:
        """Let it go on; what has fallen due meanwhile is caught up."""
        only(request)
        services.release(self.journey(), **said(request))
        return self.now()

    @extend_schema(request=Copy, responses={201: JourneySerializer})
    def duplicate(self, request: Request, journey_id: int) -> Response:
        """A draft like this journey: whole, or without details."""
        copy = services.duplicate(self.journey(), **Copy.values_of(request), **said(request))
        place = request.path.replace(f"/{journey_id}/duplicate/", f"/{copy.pk}/")
        return self.shown(copy, 201, {"Location": request.build_absolute_uri(place)})

    def now(self) -> Response:
        """The journey as it is now."""
        return self.shown(self.journey(*PEOPLE))


def _problems(error: services.CannotPublish) -> Refusal:
    faults = [
        Fault(problem.code, problem.message, problem.pointer, node=problem.node) for problem in error.problems
    ]
    return Refusal(422, "journey_has_problems", "Resolve errors before publishing.", faults=faults)
