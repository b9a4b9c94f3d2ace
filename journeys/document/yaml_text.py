"""YAML 1.2 with the types of JSON and nothing else (spec 1.10).

PyYAML alone reads `on:` as true, NO as false, 9:30 as 570, +5 as 5 and dates as dates, so only its
events are used, and values are made of them here: `true`, `false`, `null` and numbers as JSON writes them;
every other plain word is a text (docs/engine.md, Text).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from journeys.document.json_text import (
    MAX_DEPTH,
    NUMBER,
    Unreadable,
    first_unprintable,
    line_and_column,
    number,
)

WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


def read_yaml(text: str) -> Any:
    """The value of the one document in a text.

    :raises Unreadable: if it is not YAML, or has what documents may not have
    """
    try:
        return _Reader(yaml.parse(text, Loader=yaml.CBaseLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable(
            "syntax", f"this is not YAML: {error.problem or error.context}.", line, column
        ) from error
    except yaml.reader.ReaderError as error:
        place = line_and_column(text, first_unprintable(text))
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


def _refuse(event: Any, depth: int) -> None:
    """What a document may not have: aliases, anchors, tags, too many levels."""
    if isinstance(event, yaml.AliasEvent):
        raise _at(event, "alias", f"aliases (*{event.anchor}) are not allowed; write it out.")
    if getattr(event, "anchor", None):
        raise _at(event, "anchor", f"anchors (&{event.anchor}) are not allowed.")
    if getattr(event, "tag", None):
        raise _at(event, "tag", f"tags ({event.tag}) are not allowed.")
    if depth > MAX_DEPTH:
        raise _at(event, "too_deep", f"more than {MAX_DEPTH} levels.")


def _scalar(event: Any) -> Any:
    word: str = event.value
    if event.style not in (None, ""):
        return word
    if word in WORDS:
        return WORDS[word]
    if not NUMBER.fullmatch(word):
        return word
    try:
        return number(word)
    except ValueError as error:
        raise _at(event, "bad_number", f"“{word[:40]}” is not a number that JSON can hold.") from error


def _at(event: Any, code: str, message: str) -> Unreadable:
    return Unreadable(code, message, event.start_mark.line + 1, event.start_mark.column + 1)
