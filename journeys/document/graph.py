"""`next` of all nodes together (spec 1.5): one start, no loop, one way to each node unless it is a merge.

Nodes and paths have passed `shape`. The walks here are iterative: a map may be a thousand nodes deep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.findings import Finding, Place

START = "account_audience"
MERGE = "merge"

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Edge:
    """One way from node to node: the place of its `next`, and the key of the path ("" for a plain one)."""

    source: str
    path: str
    target: str
    at: Place


def ways_out(node: Node) -> list[tuple[Node, Place]]:
    """What holds the `next`s of a node, with its place in the node: the paths, or the node itself."""
    if "paths" in node:
        return [(path, ("paths", i)) for i, path in enumerate(node["paths"] or [])]
    return [(node, ())]


def edges(nodes: Sequence[Node]) -> list[Edge]:
    """All ways from node to node, in the order of the document."""
    return [
        Edge(node["key"], holder["key"] if holder is not node else "", holder["next"], (i, *place, "next"))
        for i, node in enumerate(nodes)
        for holder, place in ways_out(node)
        if holder.get("next") is not None
    ]


def check_graph(nodes: Sequence[Node]) -> list[Finding]:
    """What is wrong with the nodes as one map."""
    kinds = {node["key"]: node["kind"] for node in nodes}
    ways = edges(nodes)
    found = [*_duplicates(nodes), *_starts(nodes), *_unknown(ways, kinds), *_second_ways(ways, kinds)]
    known = [way for way in ways if way.target in kinds]
    loop = find_loop(kinds, known)
    if loop:
        found.append(_loop(loop, known))
    return [*found, *_unreached(nodes, known)]


def topological(nodes: Sequence[Node]) -> list[Node]:
    """The nodes in an order in which every path leads onward; a checked map, the start first.

    Depth first along the paths, so that what follows a node comes soon after it.
    """
    by_key = {node["key"]: node for node in nodes}
    after = _after(by_key, edges(nodes))
    order: list[str] = []
    seen: set[str] = set()
    for key in by_key:
        _finish(key, after, seen, order)
    order.reverse()
    order.sort(key=lambda key: by_key[key]["kind"] != START)
    return [by_key[key] for key in order]


def _finish(root: str, after: Mapping[str, list[str]], seen: set[str], order: list[str]) -> None:
    """Append what can be reached from `root` and was not seen, each after all that follow it."""
    if root in seen:
        return
    seen.add(root)
    stack = [(root, iter(reversed(after[root])))]
    while stack:
        key, following = stack[-1]
        target = next((other for other in following if other not in seen), None)
        if target is None:
            order.append(key)
            stack.pop()
        else:
            seen.add(target)
            stack.append((target, iter(reversed(after[target]))))


def find_loop(keys: Mapping[str, Any], ways: Sequence[Edge]) -> list[str]:
    """The keys of the nodes on a loop, in its order; empty when there is none."""
    after = _after(keys, ways)
    done: set[str] = set()
    for root in keys:
        trail: dict[str, Iterator[str]] = {} if root in done else {root: iter(after[root])}
        while trail:
            key = next(reversed(trail))
            target = next(trail[key], None)
            if target is None:
                done.add(key)
                del trail[key]
            elif target in trail:
                around = list(trail)
                return around[around.index(target) :]
            elif target not in done:
                trail[target] = iter(after[target])
    return []


def _after(keys: Mapping[str, Any], ways: Sequence[Edge]) -> dict[str, list[str]]:
    after: dict[str, list[str]] = {key: [] for key in keys}
    for way in ways:
        after[way.source].append(way.target)
    return after


def _duplicates(nodes: Sequence[Node]) -> Iterator[Finding]:
    seen: set[str] = set()
    for i, node in enumerate(nodes):
        if node["key"] in seen:
            message = _("A node “%(key)s” exists already.") % {"key": node["key"]}
            yield Finding("duplicate_key", message, (i, "key"))
        seen.add(node["key"])


def _starts(nodes: Sequence[Node]) -> Iterator[Finding]:
    starts = [i for i, node in enumerate(nodes) if node["kind"] == START]
    if not starts:
        message = _("The journey needs an account audience, its start.")
        yield Finding("no_audience", message, refused=False)
    for i in starts[1:]:
        message = _("A journey starts once: “%(key)s” is the start already.") % {
            "key": nodes[starts[0]]["key"]
        }
        yield Finding("two_starts", message, (i, "kind"))


def _unknown(ways: Sequence[Edge], kinds: Mapping[str, str]) -> Iterator[Finding]:
    for way in ways:
        if way.target not in kinds:
            message = _("There is no node “%(key)s”.") % {"key": way.target[:63]}
            yield Finding("unknown_next", message, way.at)


def _second_ways(ways: Sequence[Edge], kinds: Mapping[str, str]) -> Iterator[Finding]:
    """No path leads to the start, and only one to a node that is no merge."""
    first: dict[str, Edge] = {}
    for way in ways:
        kind = kinds.get(way.target)
        if kind == START:
            message = _("A path cannot lead to “%(key)s”, the start.") % {"key": way.target}
            yield Finding("leads_to_start", message, way.at)
        elif kind is not None and kind != MERGE and way.target in first:
            message = _("“%(key)s” follows “%(other)s” already; only a merge can follow several paths.") % {
                "key": way.target, "other": first[way.target].source,
            }  # fmt: skip
            yield Finding("second_path", message, way.at)
        first.setdefault(way.target, way)


def _loop(around: list[str], ways: Sequence[Edge]) -> Finding:
    closing = next(way for way in ways if way.source == around[-1] and way.target == around[0])
    said = " → ".join(f"“{key}”" for key in [*around, around[0]])
    return Finding("loop", _("The paths go round in a loop: %(keys)s.") % {"keys": said}, closing.at)


def _unreached(nodes: Sequence[Node], ways: Sequence[Edge]) -> Iterator[Finding]:
    """Nodes that no path from the start leads to: kept in a draft, a problem."""
    after: dict[str, list[str]] = defaultdict(list)
    for way in ways:
        after[way.source].append(way.target)
    reached: set[str] = set()
    ahead = [node["key"] for node in nodes if node["kind"] == START]
    while ahead:
        key = ahead.pop()
        if key not in reached:
            reached.add(key)
            ahead.extend(after[key])
    for i, node in enumerate(nodes):
        if node["key"] not in reached:
            message = _("No path leads to “%(key)s”.") % {"key": node["key"]}
            yield Finding("unreachable", message, (i,), refused=False)
