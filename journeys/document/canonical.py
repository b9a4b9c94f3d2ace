"""The one order and one way to write a document: export → import → export gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from journeys.document.json_text import NUMBER
from journeys.document.shape import node_keys
from journeys.nodes.registry import KINDS

# The order of keys inside settings and conditions; others follow by name. The database does not keep any.
INNER = (
    "match", "filters", "field", "role", "event", "within", "at_least", "operator", "value", "unit",
    "days", "time", "time_zone",
)  # fmt: skip
UNICODE_BREAKS = re.compile("[\r\x85\u2028\u2029]")
RANK = {key: f"{i:02}" for i, key in enumerate(INNER)}

Node = Mapping[str, Any]


def canonical_nodes(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The nodes with their keys in order; what says nothing (an empty label, no settings) is left out."""
    return [_node(node) for node in nodes]


def _node(node: Node) -> dict[str, Any]:
    kind = KINDS[node["kind"]]
    found: dict[str, Any] = {}
    for key in node_keys(kind):
        value = node.get(key)
        if key == "next":
            found[key] = value
        elif key == "paths":
            found[key] = [_path(path, kind.path_keys) for path in value or []]
        elif key == "settings" and value:
            found[key] = _settings(value, [setting.name for setting in kind.declared(node)])
        elif value:
            found[key] = value
    return found


def _path(path: Node, keys: Sequence[str]) -> dict[str, Any]:
    given = {key: path.get(key) for key in keys}
    return {key: _inner(value) for key, value in given.items() if value or key == "next"}


def _settings(given: Mapping[str, Any], declared: Sequence[str]) -> dict[str, Any]:
    known = [key for key in declared if key in given]
    return {key: _inner(given[key]) for key in [*known, *sorted(given.keys() - set(known))]}


def _inner(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _inner(value[key]) for key in sorted(value, key=lambda key: RANK.get(key, "~" + key))}
    return [_inner(item) for item in value] if isinstance(value, list) else value


def to_json(document: Mapping[str, Any]) -> bytes:
    """As UTF-8, indented, with a line break at the end."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def to_yaml(document: Mapping[str, Any]) -> bytes:
    """As UTF-8. Texts that YAML 1.1 takes for something else ('on', '9:30') are quoted for other readers."""
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


class _Dumper(yaml.SafeDumper):
    """Writes everything out (no aliases), and quotes what `parse` would take for a number."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Line breaks of Unicode are escaped: written as they are, YAML would read them as a plain line break.
    style = '"' if UNICODE_BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-0123456789"))
