"""What Python's JSON reader does not tell: the place of a key that stands twice, depth, texts that cannot be stored."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from accounts.findings import Place

# A string that never ends is one token too: else each quote in it would be tried to the end of the text.
STRING = r'"(?:[^"\\]|\\.)*"?'
TOKEN = re.compile(STRING + r"|[{}\[\],:]", re.DOTALL)
NUMBER = re.compile(STRING + r"|(-?(?:[0-9][0-9.eE+-]*|Infinity)|NaN)", re.DOTALL)
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = 10**30


class NotPlain(Exception):
    """A value that cannot be stored, and its place."""

    def __init__(self, code: str, message: str, at: Place) -> None:
        super().__init__(message)
        self.code, self.at = code, at


def duplicate_or_deep(text: str, max_depth: int) -> tuple[str, str, int] | None:
    """The first key that stands twice in its object, or the first bracket that goes too deep: code, message, position.

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
    return next((found.start(1) for found in NUMBER.finditer(text) if found.group(1) == word), 0)


def first_unprintable(text: str) -> int:
    """Where the first character stands that YAML does not allow."""
    found = UNPRINTABLE.search(text)
    return found.start() if found else 0


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Counted from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def check_plain(value: Any, max_depth: int, at: Place = ()) -> None:
    """That a value is made of JSON's types and can be stored: whoever gives it, file or client.

    :raises NotPlain: for NUL and half surrogates, numbers without end, other types, more levels than `max_depth`
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
        raise NotPlain("bad_character", "A text holds a character that cannot be stored (NUL, or half of a pair).", at)


def _is_number(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, int | float) and isfinite(value) and abs(value) < LARGEST
