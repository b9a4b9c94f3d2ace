"""Where in a text a place of its document stands: JSON pointer → line."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SAID = re.compile(r"^Line (\d+), column \d+")


def lines(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """The line (from 1) of each pointer, or of the nearest place around it; none when the text cannot be read."""
    pointers = list(pointers)
    if not pointers:
        return {}
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError:
        return {}
    return {pointer: _line(root, pointer) for pointer in pointers} if root is not None else {}


def said_in(message: str) -> int:
    """The line that a message about an unreadable text names; 0: it names none."""
    found = SAID.match(message)
    return int(found.group(1)) if found else 0


def _line(root: yaml.Node, pointer: str) -> int:
    node, line = root, root.start_mark.line
    for part in pointer.split("/")[1:]:
        inner = _inside(node, part.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        line, node = inner
    return line + 1


def _inside(node: yaml.Node, part: str) -> tuple[int, yaml.Node] | None:
    """The line and the value of one part of a place."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item.start_mark.line, item
    return None
