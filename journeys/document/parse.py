"""Text to plain values: JSON, or YAML with the types of JSON (spec 1.10)."""

from __future__ import annotations

from typing import Any

from accounts.findings import Finding, Invalid
from journeys.document.json_text import (
    MAX_DEPTH,
    NotPlain,
    Unreadable,
    check_plain,
    line_and_column,
    read_json,
)
from journeys.document.yaml_text import read_yaml

MAX_BYTES = 2_000_000


def parse(source: str | bytes) -> Any:
    """The value that a file holds. What starts with { is JSON, everything else YAML.

    :raises Invalid: with one finding that names line and column
    """
    try:
        text = _text(source)
        value = read_json(text) if text.lstrip().startswith("{") else read_yaml(text)
        check_plain(value, MAX_DEPTH)
    except Unreadable as fault:
        raise Invalid([fault.finding()]) from fault
    except NotPlain as fault:
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
        raise Unreadable("not_utf8", "this is not UTF-8.", *line_and_column(before, len(before))) from error
