from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsers import limited
from accounts.api.problem import refused_parameter
from journeys import services
from journeys.api.base import JourneyResource, said, tag_of
from journeys.api.serializers import JourneySerializer
from journeys.document.parse import MAX_BYTES

MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}


class DocumentParser(BaseParser):
    """A file as it was sent: the document's own reader names lines and columns."""

    media_type = MEDIA_TYPES["json"]

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return limited(stream, MAX_BYTES)


class YamlParser(DocumentParser):
    media_type = MEDIA_TYPES["yaml"]


class TextYamlParser(DocumentParser):
    media_type = "text/yaml"


class OldYamlParser(DocumentParser):
    media_type = "application/x-yaml"


class DocumentRenderer(BaseRenderer):
    """Chosen by Accept; the file is written by the service."""

    media_type = MEDIA_TYPES["json"]
    format = "json"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class YamlRenderer(DocumentRenderer):
    media_type = MEDIA_TYPES["yaml"]
    format = "yaml"


class FileViewSet(JourneyResource):
    """Journeys out of files and into files, as JSON or YAML."""

    permissions = {"import_": "journeys.add_journey", "export": "journeys.export_journey"}
    parameters = {"import_": ("name",), "export": ("as",)}
    tagged = ("import_",)
    serializer_class = JourneySerializer

    def get_parsers(self) -> list[Any]:
        return [DocumentParser(), YamlParser(), TextYamlParser(), OldYamlParser()]

    def get_renderers(self) -> list[Any]:
        is_export = getattr(self, "action", None) == "export"
        return [DocumentRenderer(), YamlRenderer()] if is_export else super().get_renderers()

    def tag(self, row: Any) -> str:
        return tag_of(row)

    @extend_schema(
        operation_id="journeys_import",
        parameters=[OpenApiParameter("name", str, description="Instead of the name in the document.")],
        request=dict.fromkeys(MEDIA_TYPES.values(), OpenApiTypes.OBJECT),
        responses={201: JourneySerializer},
    )
    def import_(self, request: Request) -> Response:
        """A draft from a document (JSON or YAML); all faults are told, each with its place."""
        source = request.data if isinstance(request.data, bytes) else b""
        name = request.query_params.get("name")
        journey = services.import_journey(source, name=name, **said(request))
        place = request.path.replace("/import/", f"/{journey.pk}/")
        return self.shown(journey, 201, {"Location": request.build_absolute_uri(place)})

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=list(MEDIA_TYPES), description="Instead of Accept.")],
        responses={
            (200, MEDIA_TYPES["json"]): OpenApiTypes.OBJECT,
            (200, MEDIA_TYPES["yaml"]): OpenApiTypes.OBJECT,
        },
    )
    def export(self, request: Request, journey_id: int) -> HttpResponse:
        """The journey as a file, with the names of now."""
        form = request.query_params.get("as") or request.accepted_renderer.format
        if form not in MEDIA_TYPES:
            raise refused_parameter("as", f"One of {', '.join(MEDIA_TYPES)} is needed.", "unknown_choice")
        content = services.export(self.journey(), by=request.user, format=form)
        name = f'attachment; filename="journey-{journey_id}.{form}"'
        return HttpResponse(content, content_type=MEDIA_TYPES[form], headers={"Content-Disposition": name})
