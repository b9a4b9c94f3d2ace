"""The schema and the page that shows it: for everybody, they tell nothing of the data."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response


@cache
def schema() -> Any:
    """The schema of all resources; the code says it, so once for a process is enough."""
    return SchemaGenerator().get_schema(request=None, public=True)


class SchemaView(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON by Accept."""

    authentication_classes: list[Any] = []
    throttle_classes: list[Any] = []

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(schema())


class DocsView(SpectacularSwaggerView):
    """The schema to read and try; its scripts and styles come from this installation."""

    throttle_classes: list[Any] = []
