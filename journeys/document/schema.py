"""The JSON Schema of the document, put together from the kinds of nodes and the actions."""

from __future__ import annotations

from typing import Any

from journeys.document.field_checks import (
    DELAY_LARGEST,
    DESCRIPTION_LENGTH,
    IMMEDIATELY,
    LIMIT_LARGEST,
    NAME_LENGTH,
)
from journeys.document.shape import FORMAT, KEY_PATTERN, LABEL_LENGTH, MAX_NODES, RESERVED
from journeys.models import Journey
from journeys.nodes.base import NodeKind
from journeys.nodes.registry import KINDS

INSTANT = {"type": "string", "format": "date-time"}
KEY = {"type": "string", "pattern": KEY_PATTERN}
LABEL = {"type": "string", "maxLength": LABEL_LENGTH}
NEXT = {
    "type": ["string", "null"],
    "description": "The key of the node that follows; null: the journey ends here.",
}

PATH_KEYS: dict[str, dict[str, Any]] = {
    "key": {**KEY, "not": {"enum": sorted(RESERVED)}},
    "label": LABEL,
    "other": {"type": "boolean", "description": "For those that match no other path; the last one."},
    "condition": {"anyOf": [{"$ref": "#/$defs/condition"}, {"type": "null"}]},
    "next": NEXT,
}

CONDITION = {
    "type": "object",
    "properties": {
        "match": {"enum": ["all", "any"]},
        "filters": {
            "type": "array",
            "items": {"anyOf": [{"$ref": "#/$defs/filter"}, {"$ref": "#/$defs/condition"}]},
        },
    },
    "required": ["match", "filters"],
    "additionalProperties": False,
}
FILTER = {
    "type": "object",
    "properties": {"field": {"type": "string"}, "operator": {"type": "string"}},
    "required": ["field", "operator"],
}


def document_schema() -> dict[str, Any]:
    """The schema of a whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Throughline journey",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, **_fields(), "nodes": nodes_schema(), **_later_parts()},
        "required": ["format", "name"],
        "additionalProperties": False,
        "$defs": definitions(),
    }


def nodes_schema() -> dict[str, Any]:
    """The schema of a map; it refers to `definitions`."""
    return {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": MAX_NODES}


def definitions() -> dict[str, Any]:
    """What the other parts refer to as `#/$defs/…`."""
    nodes = {name: _node(kind) for name, kind in KINDS.items()}
    either = [{"$ref": f"#/$defs/{name}"} for name in nodes]
    return {"condition": CONDITION, "filter": FILTER, "node": {"anyOf": either}, **nodes}


def _node(kind: NodeKind) -> dict[str, Any]:
    variants = [_variant(kind, own) for own in kind.variants()]
    return variants[0] if len(variants) == 1 else {"anyOf": variants}


def _variant(kind: NodeKind, own: dict[str, Any]) -> dict[str, Any]:
    ways = {"paths": {"type": "array", "items": _path(kind)}} if kind.has_paths else {"next": NEXT}
    return {
        "type": "object",
        "title": str(kind.label),
        "properties": {"key": KEY, "kind": {"const": kind.kind}, "label": LABEL, **own, **ways},
        "required": ["key", "kind", *(["action"] if "action" in own else [])],
        "additionalProperties": False,
    }


def _path(kind: NodeKind) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: PATH_KEYS[key] for key in kind.path_keys},
        "required": ["key"],
        "additionalProperties": False,
    }


def _fields() -> dict[str, Any]:
    return {
        "name": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH},
        "description": {"type": "string", "maxLength": DESCRIPTION_LENGTH},
        "time_zone": {"type": "string", "description": "An IANA zone."},
        "start": {"anyOf": [{"const": IMMEDIATELY}, INSTANT, {"type": "null"}]},
        "end": {"anyOf": [INSTANT, {"type": "null"}]},
        "re_entry": _re_entry(),
        "email_deduplication": {"type": "boolean"},
    }


def _re_entry() -> dict[str, Any]:
    delay = {
        "type": "object",
        "properties": {
            "value": {"type": "integer", "minimum": 1, "maximum": DELAY_LARGEST},
            "unit": {"enum": list(Journey.DelayUnit.values)},
        },
        "required": ["value", "unit"],
        "additionalProperties": False,
    }
    properties = {
        "enabled": {"type": "boolean"},
        "timing": {"enum": list(Journey.ReEntryTiming.values)},
        "delay": delay,
        "entry_limit": {"type": "integer", "minimum": 1, "maximum": LIMIT_LARGEST},
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _later_parts() -> dict[str, Any]:
    """Known by name; empty in this version."""
    empty = {"type": "array", "maxItems": 0}
    content = {"type": "object", "properties": {"emails": empty, "sms": empty}, "additionalProperties": False}
    return {"content": content, "scenarios": empty}
