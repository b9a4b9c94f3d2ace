"""Every exception of a view becomes a problem; nothing else reaches a client, in debug mode neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions

from accounts.api import words
from accounts.api.problem import Fault, Refusal, document, faults_of, respond
from accounts.errors import Conflict, Stale
from accounts.findings import Finding, Invalid


class Handler(ExceptionHandler):
    """What the services refuse with, in the terms of HTTP."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, Invalid):
            said = words.together(finding.message for finding in exc.findings)
            return Refusal(400, "invalid", said, faults=faults_of(exc.findings))
        if isinstance(exc, Conflict):
            return Refusal(409, exc.code, exc.message, more={"allowed_actions": exc.allowed, **exc.more})
        if isinstance(exc, Stale):
            return Refusal(412, "stale", str(exc), more={"changes": exc.changes} if exc.changes else None)
        return self._known_to_django(exc)

    def _known_to_django(self, exc: Exception) -> Exception:
        if isinstance(exc, PermissionDenied):
            return exceptions.PermissionDenied(str(exc) or None)
        if isinstance(exc, ObjectDoesNotExist):
            return exceptions.NotFound()
        if isinstance(exc, RequestDataTooBig):
            return Refusal(413, "too_large", "The body is too large.")
        if isinstance(exc, SuspiciousOperation | BadRequest):
            return exceptions.ParseError("The request cannot be read.")
        return super().convert_known_exceptions(exc)

    def should_not_handle(self, exc: Exception) -> bool:
        return False

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Any:
        return respond(data, self.get_headers(exc))


class Formatter(ExceptionFormatter):
    """An exception of Django REST framework as the members of a problem."""

    def run(self) -> dict[str, Any]:
        request = self.context.get("request")
        faults = list(_faults(self.exc))
        return document(
            self.exc.status_code,
            _code(self.exc),
            _detail(self.exc, faults),
            instance=request.path if request is not None else "",
            faults=faults,
            more=getattr(self.exc, "more", None),
        )


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _detail(exc: exceptions.APIException, faults: list[Fault]) -> str:
    if isinstance(exc.detail, str):
        return str(exc.detail)
    return words.together(fault.detail for fault in faults)


def _faults(exc: exceptions.APIException) -> Iterator[Fault]:
    if isinstance(exc, Refusal):
        yield from exc.faults
    elif isinstance(exc, exceptions.ValidationError):
        yield from _flat(exc.detail, ())


def _flat(detail: Any, at: tuple[str | int, ...]) -> Iterator[Fault]:
    """Nested errors of serializers, each with its place."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flat(inner, at if key == "non_field_errors" else (*at, key))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _flat(inner, at if isinstance(inner, str) else (*at, index))
    else:
        is_whole = detail.code == "unknown_field"
        said = str(detail) if is_whole else words.placed(at, str(detail))
        yield Fault(words.CODES.get(detail.code, detail.code), said, Finding("", "", at).pointer)
