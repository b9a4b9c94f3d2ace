"""The one shape of an error: RFC 9457 problem details, with codes for machines and the places of faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException

from accounts.api.serializers import UserSerializer
from accounts.findings import Finding

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The request is invalid",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Not allowed in this state",
    411: "Length required",
    412: "Changed by somebody else",
    413: "Too large",
    415: "Media type not supported",
    422: "The journey has problems",
    429: "Too many requests",
    500: "Server error",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: its place in the body (a JSON pointer), or the query parameter."""

    code: str
    detail: str
    pointer: str = ""
    parameter: str = ""
    # The key of the node of the map that it is about.
    node: str = ""

    def as_json(self) -> dict[str, str]:
        shown = {"code": self.code, "detail": self.detail, "pointer": self.pointer}
        extra = {"parameter": self.parameter, "node": self.node}
        return {**shown, **{key: value for key, value in extra.items() if value}}


def faults_of(findings: Iterable[Finding]) -> list[Fault]:
    """What a service has found, for the answer."""
    return [Fault(finding.code, finding.message, finding.pointer) for finding in findings]


class Refusal(APIException):
    """An answer of this status, with its code and faults; `more` are further members of the problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        faults: Iterable[Fault] = (),
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.faults = list(faults)
        self.more = dict(more or {})


def refused_parameter(name: str, detail: str, code: str = "invalid") -> Refusal:
    """A query parameter that cannot be used."""
    return Refusal(400, "invalid", detail, faults=[Fault(code, detail, parameter=name)])


def document(
    status: int,
    code: str,
    detail: str,
    *,
    instance: str = "",
    faults: Iterable[Fault] = (),
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The members of a problem."""
    return {
        "type": f"urn:throughline:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        "instance": instance,
        "errors": [fault.as_json() for fault in faults],
        **(more or {}),
    }


def respond(members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JsonResponse:
    """The problem as an answer, whatever the client accepts."""
    return JsonResponse(
        members,
        status=members["status"],
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )


class FaultSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="For machines; stays the same.")
    detail = serializers.CharField(help_text="For people.")
    pointer = serializers.CharField(
        allow_blank=True,
        help_text="The place in the body that was sent, as a JSON pointer; empty: the whole.",
    )
    parameter = serializers.CharField(required=False, help_text="The query parameter that is wrong.")
    node = serializers.CharField(
        required=False, help_text="The key of the node of the map that is concerned."
    )


class ChangesSerializer(serializers.Serializer[Any]):
    """What of a map others have saved since the version in If-Match; nodes by their keys."""

    revision = serializers.IntegerField(help_text="The one of now.")
    saved_at = serializers.DateTimeField()
    saved_by = UserSerializer(allow_null=True)
    added = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())


class AllowedStageSerializer(serializers.Serializer[Any]):
    """A stage to which a buying group may move."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="For machines; stays the same.")
    detail = serializers.CharField(allow_blank=True, help_text="For people.")
    instance = serializers.CharField(allow_blank=True, help_text="The path that was asked.")
    errors = FaultSerializer(  # type: ignore[assignment]
        many=True, help_text="Every fault, each with its place."
    )
    allowed_actions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="With 409: what the state allows instead."
    )
    allowed_stages = AllowedStageSerializer(
        many=True, required=False, help_text="With 409 of a buying group's stage: where it may go instead."
    )
    changes = ChangesSerializer(required=False, help_text="With 412 of a map: what has changed since.")
