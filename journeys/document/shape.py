"""Keys and types of a document, before anybody asks what they mean (spec 1.5, 1.12).

Every finding here is refused. What passes has keys that are known, and nodes of known kinds with texts,
objects and lists where they belong. What a node means is for its kind to check.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.findings import Finding
from accounts.values import one_line
from actions.settings import Reference, name_is_needed, said_of
from journeys.document.field_checks import FIELDS, check_fields
from journeys.nodes.base import NodeKind
from journeys.nodes.registry import KINDS

FORMAT = "throughline/journey/1"
KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
KEY_PATTERN = r"^[a-z][a-z0-9_-]{0,62}$"
LABEL_LENGTH = 200
MAX_NODES = 1_000

# Ways out of kinds that listen and call; no other path may be called so (spec 1.12).
RESERVED = frozenset({"event", "timeout", "done", "timeout_or_error"})
LATER_KINDS = frozenset(
    {"listen_for_event", "split_people", "variant_split", "external_action", "external_split"}
)
# Parts of the file that this version knows by name, and takes only when there is nothing in them.
LATER_PARTS = {"content": _("emails and messages made in a journey"), "scenarios": _("scenarios")}

Node = Mapping[str, Any]


def check_file(document: Any) -> Iterator[Finding]:
    """Keys and types of a whole file, its nodes left out."""
    if not isinstance(document, Mapping):
        yield Finding("wrong_type", str(_("A journey is an object with format, name, nodes …")))
        return
    yield from _unknown_keys(document, ("format", *FIELDS, "nodes", *LATER_PARTS), ())
    if document.get("format") is None:
        message = _("Format: this is needed; write “%(right)s”.") % {"right": FORMAT}
        yield Finding("missing", message, ("format",))
    elif document["format"] != FORMAT:
        message = _("Format: “%(right)s” is needed, not “%(given)s”.") % {
            "right": FORMAT, "given": str(document.get("format"))[:60],
        }  # fmt: skip
        yield Finding("unknown_format", message, ("format",))
    if "name" not in document:
        yield Finding("missing", str(_("Name: this is needed.")), ("name",))
    yield from check_fields(document)
    for part, what in LATER_PARTS.items():
        if not _is_empty(document.get(part)):
            message = _("%(key)s: %(what)s are not part of this version.") % {"key": part, "what": what}
            yield Finding("not_in_this_version", message, (part,))


def _is_empty(value: Any) -> bool:
    """Nothing, or an object or list that holds nothing (`content: {emails: []}`)."""
    if isinstance(value, Mapping):
        return all(key in ("emails", "sms") and _is_empty(item) for key, item in value.items())
    return value is None or value == []


def check_nodes(nodes: Any) -> list[Finding]:
    """Keys and types of the nodes and their paths; places are within the list."""
    if not isinstance(nodes, list):
        return [Finding("wrong_type", said_of("nodes", _("a list of nodes is needed.")))]
    if len(nodes) > MAX_NODES:
        said = {"most": f"{MAX_NODES:,}", "n": f"{len(nodes):,}"}
        return [Finding("too_many_nodes", _("At most %(most)s nodes, these are %(n)s.") % said)]
    return [finding.under(i) for i, node in enumerate(nodes) for finding in _node(node)]


def _node(node: Any) -> Iterator[Finding]:
    if not isinstance(node, Mapping):
        yield Finding("wrong_type", str(_("A node is an object with key, kind …")))
        return
    yield from _key(node.get("key"), _("A node needs a key."))
    kind = KINDS.get(node["kind"]) if isinstance(node.get("kind"), str) else None
    if kind is None:
        yield _unknown_kind(node.get("kind"))
        return
    yield from _unknown_keys(node, node_keys(kind), ())
    yield from _texts(node, ("label", "on", "action"))
    if node.get("on") and isinstance(node["on"], str) and kind.on and node["on"] not in kind.on:
        message = _("one of %(known)s is needed.") % {"known": ", ".join(kind.on)}
        yield Finding("unknown_choice", said_of("on", message), ("on",))
    if "settings" in node:
        yield from _settings(node, kind)
    if kind.has_paths:
        yield from _paths(node.get("paths"), kind)
    else:
        yield from _next(node)


def node_keys(kind: NodeKind) -> tuple[str, ...]:
    """The keys of a node of this kind, in the order of the file."""
    action = ("action",) if kind.kind == "take_action" else ()
    on = ("on",) if kind.on else ()
    return ("key", "kind", "label", *on, *action, "settings", "paths" if kind.has_paths else "next")


def _unknown_kind(kind: Any) -> Finding:
    if kind is None:
        message = _("The kind is missing; one of %(known)s is needed.") % {"known": ", ".join(KINDS)}
        return Finding("missing", message, ("kind",))
    if isinstance(kind, str) and kind in LATER_KINDS:
        message = _("The kind “%(name)s” is not part of this version.") % {"name": kind}
        return Finding("unknown_kind", message, ("kind",))
    said = {"name": str(kind)[:60], "known": ", ".join(KINDS)}
    message = _("There is no kind “%(name)s”; known are %(known)s.") % said
    return Finding("unknown_kind", message, ("kind",))


def _settings(node: Node, kind: NodeKind) -> Iterator[Finding]:
    given = node["settings"]
    if not isinstance(given, Mapping):
        yield Finding("wrong_type", said_of("settings", _("an object is needed.")), ("settings",))
        return
    if not isinstance(node.get("action", ""), str):
        return
    for setting in kind.declared(node):
        value = given.get(setting.name)
        if isinstance(setting, Reference) and value is not None and not isinstance(value, str):
            yield setting.wrong("wrong_type", name_is_needed(setting.resource)).under("settings")


def _paths(paths: Any, kind: NodeKind) -> Iterator[Finding]:
    if paths is None:
        return
    if not isinstance(paths, list):
        yield Finding("wrong_type", said_of("paths", _("a list of paths is needed.")), ("paths",))
        return
    seen: set[str] = set()
    for i, path in enumerate(paths):
        yield from (finding.under("paths", i) for finding in _path(path, kind))
        key = path.get("key") if isinstance(path, Mapping) else None
        if isinstance(key, str) and key in seen:
            message = _("A path “%(key)s” exists in this node already.") % {"key": key[:63]}
            yield Finding("duplicate_key", message, ("paths", i, "key"))
        elif isinstance(key, str):
            seen.add(key)


def _path(path: Any, kind: NodeKind) -> Iterator[Finding]:
    if not isinstance(path, Mapping):
        yield Finding("wrong_type", str(_("A path is an object with key, next …")))
        return
    yield from _key(path.get("key"), _("A path needs a key."))
    yield from _unknown_keys(path, kind.path_keys, ())
    yield from _texts(path, ("label",))
    yield from _next(path)
    if isinstance(path.get("key"), str) and path["key"] in RESERVED:
        message = _("“%(key)s” is reserved for nodes that listen or call.") % {"key": path["key"]}
        yield Finding("reserved_key", message, ("key",))
    if not isinstance(path.get("other", False), bool):
        yield Finding("wrong_type", said_of("other", _("true or false is needed.")), ("other",))


def _key(key: Any, missing: Promise) -> Iterator[Finding]:
    if key is None:
        yield Finding("missing", str(missing), ("key",))
    elif not isinstance(key, str) or not KEY.fullmatch(key):
        said = _("“%(key)s” is no key: at most 63 of a-z, 0-9, _ and -, the first one a letter.")
        message = said % {"key": str(key)[:63]}
        yield Finding("bad_key", message, ("key",))


def _next(holder: Node) -> Iterator[Finding]:
    if not isinstance(holder.get("next"), str | None):
        message = said_of("next", _("the key of a node, or null, is needed."))
        yield Finding("wrong_type", message, ("next",))


def _texts(holder: Node, names: Collection[str]) -> Iterator[Finding]:
    for name in names:
        value = holder.get(name, "")
        if not isinstance(value, str):
            yield Finding("wrong_type", said_of(name, _("a text is needed.")), (name,))
        elif name == "label" and len(value) > LABEL_LENGTH:
            said = {"most": LABEL_LENGTH, "n": len(value)}
            message = said_of(name, _("at most %(most)s characters, these are %(n)s.") % said)
            yield Finding("too_long", message, (name,))
        elif name == "label":
            yield from _label(value)


def _label(value: str) -> Iterator[Finding]:
    try:
        one_line(value)
    except ValueError as error:
        yield Finding("bad_character", said_of("label", str(error)), ("label",))


def _unknown_keys(
    given: Mapping[Any, Any], known: Collection[str], at: tuple[str | int, ...]
) -> Iterator[Finding]:
    for key in given:
        if key not in known:
            message = _("“%(key)s” is not a key here; known are %(known)s.") % {
                "key": str(key)[:60], "known": ", ".join(known),
            }  # fmt: skip
            yield Finding("unknown_field", message, (*at, str(key)[:60]))
