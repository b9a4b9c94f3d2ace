"""How the API describes itself: OpenAPI 3 of what all resources share, errors included."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from accounts.api.idempotency import HEADER, LONGEST
from accounts.api.problem import MEDIA_TYPE, TITLES, ProblemSerializer
from accounts.api.serializers import Sparse

KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="The same request with the same key is answered again for 24 hours, not done again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that you have seen; 412 when somebody has saved since. Without: the last one wins.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=["200", "201"],
    description="The version of this, for If-Match.",
)


class Schema(AutoSchema):
    """Adds to each operation what `ApiViewSet` does for it.

    A view may say more of itself: `tagged` (actions whose answer has an ETag), `matched` (actions that take
    If-Match), `bodies_of_delete` (DELETE actions with a body), `unprocessable` (actions that answer 422), `absent`
    (actions of something that may not be there).
    """

    def get_operation_id(self) -> str:
        view: Any = self.view
        return f"{view.basename}_{self._action}".replace("-", "_")

    def get_override_parameters(self) -> list[Any]:
        found = [
            (KEY, self.method == "POST"),
            (IF_MATCH, self._is("matched")),
            (ETAG, self._is("tagged")),
        ]
        given = [parameter for parameter, applies in found if applies]
        return [*given, self._fields()] if getattr(self.view, "is_sparse", False) else given

    def _fields(self) -> OpenApiParameter:
        serializer: Any = self.view.get_serializer()  # type: ignore[attr-defined]
        one = f"({'|'.join(serializer.fields)})"
        said = {"type": "string", "pattern": f"^{one}(,{one})*$"}
        return OpenApiParameter("fields", said, description="Only these members, by commas.")

    @property
    def _action(self) -> str:
        return getattr(self.view, "action", "") or ""

    def _is(self, said: str) -> bool:
        return self._action in getattr(self.view, said, ())

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Of what may be sparse no member is there for certain."""
        found = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Sparse) and direction == "response":
            found.pop("required", None)
        return found

    def _get_request_body(self, direction: Any = "request") -> Any:
        if not self._is("bodies_of_delete"):
            return super()._get_request_body(direction)
        self.method = "PUT"
        try:
            return super()._get_request_body(direction)
        finally:
            self.method = "DELETE"

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found = super()._get_response_bodies(direction)
        for status in self._problems():
            answer = self._get_response_for_code(ProblemSerializer, str(status), [MEDIA_TYPE], direction)
            found.setdefault(str(status), {**answer, "description": TITLES[status]})
        return found

    def _problems(self) -> list[int]:
        """The statuses of the problems that this operation may answer with."""
        is_safe = self.method in SAFE_METHODS
        has_body = self.method in ("POST", "PUT", "PATCH") or self._is("bodies_of_delete")
        found = {
            404: "{" in self.path or self._is("absent"),
            409: not is_safe,
            412: self._is("matched"),
            411: has_body,
            413: has_body,
            415: has_body,
            422: self._is("unprocessable"),
        }
        return sorted(
            [400, 401, 403, 406, 429, 500, *(status for status, applies in found.items() if applies)]
        )


class BearerToken(OpenApiAuthenticationExtension):
    """`Authorization: Bearer tl_…`."""

    target_class = "accounts.api.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `manage.py create_token`, or /api/v1/tokens/.",
        }


class TextSchema(OpenApiSerializerFieldExtension):
    """A text with the lengths that the service checks."""

    target_class = "accounts.api.fields.Text"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field: Any = self.target
        lengths = {"minLength": field.shortest, "maxLength": field.longest}
        return {"type": "string", **{key: value for key, value in lengths.items() if value}}


class ValueSchema(OpenApiSerializerFieldExtension):
    """A value of an account or person, as its attribute says."""

    target_class = "accounts.api.attribute_values.Value"
    types: ClassVar[dict[str, dict[str, Any]]] = {
        "text": {"type": "string"},
        "choice": {"type": "string"},
        "yes_no": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "number": {"type": "number"},
    }

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        attribute = self.target.attribute
        found = {**self.types[attribute.type], "nullable": attribute.clearable}
        if attribute.type == "text":
            found["maxLength"] = attribute.max_length
        if attribute.type == "number" and not attribute.places:
            found = {**found, "type": "integer", "minimum": int(attribute.minimum)}
        if attribute.type == "choice":
            found["enum"] = [stored for stored, _ in attribute.choices] + [None]
        return found
