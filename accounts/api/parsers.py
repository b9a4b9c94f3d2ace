"""Bodies as plain values. What PostgreSQL or another reader of JSON could not hold is refused here, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from accounts.api.problem import Refusal
from accounts.findings import Finding, Invalid, Place

MAX_DEPTH = 40
LARGEST = 10**30
# Of a body; it may hold millions.
MOST_FAULTS = 20


class StrictJSONParser(BaseParser):
    """JSON in UTF-8: no key twice, no NaN, no NUL, no half of a pair, no number without end, not too deep."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        value = _value(limited(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        _check(value)
        return value


class FormParser(MultiPartParser):
    """A form with files."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except (UnicodeError, LookupError, ValueError) as error:
            raise ParseError("The form cannot be read.") from error


def limited(stream: IO[Any], limit: int | None) -> bytes:
    """The whole body.

    :raises Refusal: 413, if it is larger
    """
    raw: bytes = stream.read() if limit is None else stream.read(limit + 1)
    if limit is not None and len(raw) > limit:
        raise Refusal(413, "too_large", f"The body is larger than {limit:,} bytes.")
    return raw


def check_length(request: Request) -> None:
    """:raises Refusal: 411, for a body without its length (chunked), which Django would take for none at all"""
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        raise Refusal(411, "length_required", "Send the body with its Content-Length, not in chunks.")


def raw_body(request: Request) -> bytes:
    """The body as it was sent, still there for a parser."""
    body: bytes = request._request.body
    return body


def _value(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise ParseError("The body is nested too deeply.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from error


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:60]!r} stands there twice")
        found[key] = value
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _check(root: Any) -> None:
    """What cannot be stored, each with its place; without recursion of our own.

    :raises ParseError: if it is nested too deeply
    :raises Invalid: for the rest
    """
    found: list[Finding] = []
    ahead: list[tuple[Any, Place]] = [(root, ())]
    while ahead and len(found) < MOST_FAULTS:
        value, at = ahead.pop()
        if len(at) > MAX_DEPTH:
            raise ParseError("The body is nested too deeply.")
        if isinstance(value, dict):
            wrong = {key: fault for key in value if (fault := _fault(key))}
            found += [Finding("invalid_value", fault, at) for fault in wrong.values()]
            # Places below such a key could not be named.
            ahead.extend((value[key], (*at, key)) for key in reversed(value) if key not in wrong)
        elif isinstance(value, list):
            ahead.extend((item, (*at, index)) for index, item in reversed([*enumerate(value)]))
        elif fault := _fault(value):
            found.append(Finding("invalid_value", fault, at))
    if found:
        raise Invalid(found[:MOST_FAULTS])


def _fault(value: Any) -> str:
    """Why a text or a number cannot be stored; empty: it can."""
    if not isinstance(value, str):
        return "" if _is_storable_number(value) else "A number is too large."
    if "\0" in value:
        return "A text holds the character NUL, which cannot be stored."
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        return "A text holds half of a surrogate pair, which cannot be stored."
    return ""


def _is_storable_number(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    return isfinite(value) and abs(value) < LARGEST if isinstance(value, float) else abs(value) < LARGEST
