"""JSON, with what Python's reader does not tell: where a key stands twice, depth, what cannot be kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from accounts.findings import Finding, Place

# A string that never ends is one token too: else each quote in it would be tried to the end of the text.
STRING = r'"(?:[^"\\]|\\.)*"?'
TOKEN = re.compile(STRING + r"|[{}\[\],:]", re.DOTALL)
NUMBERS = re.compile(STRING + r"|(-?(?:[0-9][0-9.eE+-]*|Infinity)|NaN)", re.DOTALL)
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = 10**30
MAX_DEPTH = 30
MAX_DIGITS = 30
# A number as JSON writes it.
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)


class Unreadable(Exception):
    """A fault at a line and column (from 1)."""

    def __init__(self, code: str, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.code, self.line, self.column = code, line, column

    def finding(self) -> Finding:
        return Finding(self.code, f"Line {self.line}, column {self.column}: {self}")


class NotPlain(Exception):
    """A value that cannot be stored, and its place."""

    def __init__(self, code: str, message: str, at: Place) -> None:
        super().__init__(message)
        self.code, self.at = code, at


def read_json(text: str) -> Any:
    """:raises Unreadable: if it is not JSON, or a key stands twice, or a number is none that can be kept"""
    if found := duplicate_or_deep(text, MAX_DEPTH):
        code, message, position = found
        raise Unreadable(code, message, *line_and_column(text, position))
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=number, parse_int=number)
    except json.JSONDecodeError as error:
        raise Unreadable("syntax", f"this is not JSON: {error.msg}.", error.lineno, error.colno) from error
    except ValueError as error:
        position = position_of_number(text, str(error))
        message = f"“{str(error)[:40]}” is not a number that JSON can hold."
        raise Unreadable("bad_number", message, *line_and_column(text, position)) from error


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def number(word: str) -> int | float:
    """:raises ValueError: with the word itself, if it is too large"""
    if len(word) > MAX_DIGITS:
        raise ValueError(word)
    if NUMBER.fullmatch(word) and not set(word) & set(".eE"):
        return int(word)
    value = float(word)
    if not isfinite(value):
        raise ValueError(word)
    return value


def duplicate_or_deep(text: str, max_depth: int) -> tuple[str, str, int] | None:
    """The first key that stands twice in its object, or bracket that goes too deep.

    Code, message, position; None: there is none.

    Knows strings and brackets only: whether the rest is JSON is for the reader to say.
    """
    open_: list[set[str] | None] = []  # for each bracket: the keys so far, None for a list
    last: re.Match[str] | None = None
    for token in TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            open_.append(set() if sign == "{" else None)
            if len(open_) > max_depth:
                return "too_deep", f"more than {max_depth} levels.", token.start()
        elif sign in "}]":
            del open_[-1:]
        elif sign == ":" and last is not None and open_ and (keys := open_[-1]) is not None:
            key = _key(last.group())
            if key in keys:
                return "duplicate_key", f"the key “{key[:60]}” stands here twice.", last.start()
            keys.add(key)
        last = token
    return None


def _key(token: str) -> str:
    """The key that a token writes; with another spelling of a character ("\\u0061") it is the same."""
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def position_of_number(text: str, word: str) -> int:
    """Where this number stands, outside of strings."""
    return next((found.start(1) for found in NUMBERS.finditer(text) if found.group(1) == word), 0)


def first_unprintable(text: str) -> int:
    """Where the first character stands that YAML does not allow."""
    found = UNPRINTABLE.search(text)
    return found.start() if found else 0


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Counted from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def check_plain(value: Any, max_depth: int, at: Place = ()) -> None:
    """That a value is made of JSON's types and can be stored: whoever gives it, file or client.

    :raises NotPlain: for NUL and half surrogates, endless numbers, other types, more than `max_depth` levels
    """
    if len(at) > max_depth:
        raise NotPlain("too_deep", f"More than {max_depth} levels.", at)
    if isinstance(value, str):
        _check_text(value, at)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _check_text(key, at)
            check_plain(item, max_depth, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_plain(item, max_depth, (*at, index))
    elif not _is_number(value):
        raise NotPlain("bad_number", f"{str(value)[:40]} cannot be stored.", at)


def _check_text(text: Any, at: Place) -> None:
    if not isinstance(text, str):
        raise NotPlain("bad_key", "A key must be a text.", at)
    if UNSTORABLE.search(text):
        raise NotPlain(
            "bad_character", "A text holds a character that cannot be stored (NUL, or half of a pair).", at
        )


def _is_number(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, int | float) and isfinite(value) and abs(value) < LARGEST
