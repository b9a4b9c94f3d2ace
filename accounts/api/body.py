"""The body of a request, for services that check it themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request

from accounts.findings import Finding, Invalid


def object_of(request: Request) -> dict[str, Any]:
    """The body, an object; no body is an empty one.

    :raises Invalid: if it is something else
    """
    data = request.data
    if isinstance(data, QueryDict):
        return {}
    if not isinstance(data, dict):
        raise Invalid([Finding("wrong_type", "The body must be a JSON object.")])
    return data


def only(request: Request, *known: str) -> dict[str, Any]:
    """The body, an object with some of these keys.

    :raises Invalid: with a finding for each other key
    """
    data = object_of(request)
    if unknown := unknown_keys(data, known):
        raise Invalid(unknown)
    return data


def unknown_keys(data: Collection[str], known: Collection[str]) -> list[Finding]:
    """A finding for each key that has no meaning here."""
    said = f"known are {', '.join(known)}" if known else "none is known here"
    return [
        Finding("unknown_field", f"“{key[:60]}” is not a field to write; {said}.", (key,))
        for key in data
        if key not in known
    ]
