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

MAX_DEPTH = 40
LARGEST = 10**30


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
    """:raises ParseError: for what cannot be stored, without recursion of our own"""
    ahead: list[tuple[Any, int]] = [(root, 0)]
    while ahead:
        value, depth = ahead.pop()
        if depth > MAX_DEPTH:
            raise ParseError("The body is nested too deeply.")
        if isinstance(value, dict):
            ahead.extend((item, depth + 1) for pair in value.items() for item in pair)
        elif isinstance(value, list):
            ahead.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            _check_text(value)
        elif not _is_storable_number(value):
            raise ParseError("The body holds a number that is too large.")


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ParseError("A text holds the character NUL, which cannot be stored.")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError("A text holds half of a surrogate pair, which cannot be stored.")


def _is_storable_number(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    return isfinite(value) and abs(value) < LARGEST if isinstance(value, float) else abs(value) < LARGEST
