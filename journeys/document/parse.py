"""Text to plain values: JSON, or YAML 1.2 with the types of JSON and nothing else (spec 1.10).

PyYAML alone reads `on:` as true, NO as false, 9:30 as 570, +5 as 5 and dates as dates (design/engine.md 1.18), so
only its events are used, and values are made of them here: `true`, `false`, `null` and numbers as JSON writes
them; every other plain word is a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

import yaml

from accounts.findings import Finding, Invalid
from journeys.document import json_text

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_DIGITS = 30

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


class Unreadable(Exception):
    """A fault at a line and column (from 1)."""

    def __init__(self, code: str, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.code, self.line, self.column = code, line, column

    def finding(self) -> Finding:
        return Finding(self.code, f"Line {self.line}, column {self.column}: {self}")


def parse(source: str | bytes) -> Any:
    """The value that a file holds. What starts with { is JSON, everything else YAML.

    :raises Invalid: with one finding that names line and column
    """
    try:
        text = _text(source)
        value = _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
        json_text.check_plain(value, MAX_DEPTH)
    except Unreadable as fault:
        raise Invalid([fault.finding()]) from fault
    except json_text.NotPlain as fault:
        raise Invalid([Finding(fault.code, str(fault), fault.at)]) from fault
    return value


def _text(source: str | bytes) -> str:
    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        raise Unreadable("too_large", f"the file is larger than {MAX_BYTES // 1_000_000} MB.", 1, 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise Unreadable("not_utf8", "this is not UTF-8.", *json_text.line_and_column(before, len(before))) from error


def _from_json(text: str) -> Any:
    if found := json_text.duplicate_or_deep(text, MAX_DEPTH):
        code, message, position = found
        raise Unreadable(code, message, *json_text.line_and_column(text, position))
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_number, parse_int=_number)
    except json.JSONDecodeError as error:
        raise Unreadable("syntax", f"this is not JSON: {error.msg}.", error.lineno, error.colno) from error
    except ValueError as error:
        position = json_text.position_of_number(text, str(error))
        message = f"“{str(error)[:40]}” is not a number that JSON can hold."
        raise Unreadable("bad_number", message, *json_text.line_and_column(text, position)) from error


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _number(word: str) -> int | float:
    """:raises ValueError: with the word itself, if it is too large"""
    if len(word) > MAX_DIGITS:
        raise ValueError(word)
    if NUMBER.fullmatch(word) and not set(word) & set(".eE"):
        return int(word)
    value = float(word)
    if not isfinite(value):
        raise ValueError(word)
    return value


def _from_yaml(text: str) -> Any:
    try:
        return _Reader(yaml.parse(text, Loader=yaml.CBaseLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable("syntax", f"this is not YAML: {error.problem or error.context}.", line, column) from error
    except yaml.reader.ReaderError as error:
        place = json_text.line_and_column(text, json_text.first_unprintable(text))
        raise Unreadable("bad_character", "this character is not allowed.", *place) from error


class _Reader:
    """Makes values of YAML's events, without recursion in YAML's own parts and without any of its types."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events

    def document(self) -> Any:
        next(self._events)  # the stream starts
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), 1)
        next(self._events)  # the document ends
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise _at(more, "several_documents", "one document is allowed in a file.")
        return value

    def _value(self, event: yaml.Event, depth: int) -> Any:
        _refuse(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return _scalar(event)

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            _refuse(event, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise _at(event, "bad_key", "a key must be a text.")
            if event.value in found:
                raise _at(event, "duplicate_key", f"the key “{event.value[:60]}” stands here twice.")
            found[event.value] = self._value(next(self._events), depth + 1)
        return found

    def _sequence(self, depth: int) -> list[Any]:
        found = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found


def _refuse(event: yaml.Event, depth: int) -> None:
    """What a document may not have: aliases, anchors, tags, too many levels."""
    if isinstance(event, yaml.AliasEvent):
        raise _at(event, "alias", f"aliases (*{event.anchor}) are not allowed; write it out.")
    if getattr(event, "anchor", None):
        raise _at(event, "anchor", f"anchors (&{event.anchor}) are not allowed.")
    if getattr(event, "tag", None):
        raise _at(event, "tag", f"tags ({event.tag}) are not allowed.")
    if depth > MAX_DEPTH:
        raise _at(event, "too_deep", f"more than {MAX_DEPTH} levels.")


def _scalar(event: yaml.ScalarEvent) -> Any:
    word: str = event.value
    if event.style not in (None, ""):
        return word
    if word in WORDS:
        return WORDS[word]
    if not NUMBER.fullmatch(word):
        return word
    try:
        return _number(word)
    except ValueError as error:
        raise _at(event, "bad_number", f"“{word[:40]}” is not a number that JSON can hold.") from error


def _at(event: yaml.Event, code: str, message: str) -> Unreadable:
    return Unreadable(code, message, event.start_mark.line + 1, event.start_mark.column + 1)
