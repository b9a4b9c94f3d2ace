"""The map as an outline to read: nodes in order, paths indented below their split, merges where paths come together.

The walk is iterative (a map may be a thousand nodes deep) and flat: rows that open and close lists, for a template
that only prints them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from accounts.conditions.lookup import Lookup
from journeys.admin.words import in_words, label_of
from journeys.document.graph import MERGE, START, topological, ways_out
from journeys.nodes.registry import KINDS
from journeys.nodes.split_accounts import title_of_path
from journeys.validation import Problem

Node = Mapping[str, Any]
ICONS = {
    "account_audience": "groups",
    "take_action": "bolt",
    "split_accounts": "call_split",
    "wait": "hourglass_top",
    "merge": "merge",
}


@dataclass
class Row:
    """What the template prints: "node", "path", "goes" (on at a merge), "end"; "close" ends a path, "leave" a node."""

    type: str
    key: str = ""
    label: str = ""
    kind: str = ""
    kind_label: str = ""
    summary: str = ""
    words: str = ""
    is_other: bool = False
    has_paths: bool = False
    number: int = 0
    problems: list[Problem] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    # When a wait lets accounts go on that arrive now: the moments by its own clocks, and whose these are.
    exits: list[str] = field(default_factory=list)
    exits_by: str = ""

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "circle")


def outline(nodes: Sequence[Node], problems: Sequence[Problem] = ()) -> list[Row]:
    """The rows of a map as the document has it (references by name)."""
    rows = list(_tidied(_Walk(nodes).rows()))
    by_node: dict[str, list[Problem]] = {}
    for problem in problems:
        by_node.setdefault(problem.node, []).append(problem)
    for row in rows:
        if row.type == "node":
            row.problems = by_node.get(row.key, [])
    return rows


def _tidied(rows: list[Row]) -> Iterator[Row]:
    """Without "goes on at" where that merge stands right below; nodes numbered from 1."""
    number = 0
    for row, following in zip(rows, [*rows[1:], Row("")], strict=True):
        if row.type == "goes" and following.type == "node" and following.key == row.key:
            continue
        if row.type == "node":
            number += 1
            row.number = number
        yield row


class _Walk:
    """Depth first from the start; a merge stands at the level where all of its paths have come together."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.by_key = {node["key"]: node for node in nodes}
        self.order = [node["key"] for node in topological(nodes)] if nodes else []
        self.lookup = Lookup()
        self.shown: set[str] = set()
        self.arrivals: list[Counter[str]] = [Counter()]
        self.work: list[tuple[str, Any]] = []
        self.found: list[Row] = []
        start = next((node["key"] for node in nodes if node["kind"] == START), None)
        self.reached = self._reach(start) if start else set()
        self.waits_for = Counter(
            way["next"]
            for key in self.reached
            for way, _ in ways_out(self.by_key[key])
            if way.get("next") in self.by_key
        )
        self.start = start

    def _reach(self, start: str) -> set[str]:
        reached, ahead = set[str](), [start]
        while ahead:
            key = ahead.pop()
            if key in reached or key not in self.by_key:
                continue
            reached.add(key)
            ahead.extend(way["next"] for way, _ in ways_out(self.by_key[key]) if way.get("next"))
        return reached

    def rows(self) -> list[Row]:
        if self.start:
            self._run(self.start)
        for key in self.order:
            if key not in self.shown:
                self.arrivals = [Counter()]
                self._run(key)
        return self.found

    def _run(self, key: str) -> None:
        self.work.append(("walk", key))
        while self.work:
            step, subject = self.work.pop()
            getattr(self, f"_{step}")(subject)

    def _walk(self, key: str) -> None:
        if key in self.shown:
            return
        self.shown.add(key)
        node = self.by_key[key]
        has_paths = "paths" in node
        self.found.append(self._row(node, has_paths))
        self.work.append(("on", None))
        if has_paths:
            self.work.append(("leave", None))
            self.work.extend(("branch", path) for path in reversed(node["paths"] or []))
        else:
            self.work.append(("go", node.get("next")))

    def _branch(self, path: Node) -> None:
        words = in_words(path.get("condition"), self.lookup)
        is_other = bool(path.get("other"))
        label = title_of_path(path["key"], path.get("label"), is_other=is_other)
        self.found.append(Row("path", key=path["key"], label=label, words=words, is_other=is_other))
        self.arrivals.append(Counter())
        self.work += [("close", None), ("on", None), ("go", path.get("next"))]

    def _close(self, _: None) -> None:
        inner = self.arrivals.pop()
        self.arrivals[-1] += inner
        self.found.append(Row("close"))

    def _leave(self, _: None) -> None:
        self.found.append(Row("leave"))

    def _go(self, key: str | None) -> None:
        if key is None or key not in self.by_key:
            self.found.append(Row("end"))
        elif self.by_key[key]["kind"] == MERGE or key in self.shown:
            self.arrivals[-1][key] += 1
            self.found.append(Row("goes", key=key, label=self._title(self.by_key[key])))
        else:
            self.work.append(("walk", key))

    def _on(self, _: None) -> None:
        """Go on with a merge all of whose paths have come in at this level."""
        here = self.arrivals[-1]
        ready = (
            key
            for key in self.order
            if here[key] and here[key] >= self.waits_for[key] and key not in self.shown
        )
        key = next(ready, None)
        if key is not None:
            self.work += [("on", None), ("walk", key)]

    def _title(self, node: Node) -> str:
        kind = KINDS.get(node["kind"])
        return node.get("label") or (str(kind.label) if kind else node["kind"])

    def _row(self, node: Node, has_paths: bool) -> Row:
        kind = KINDS.get(node["kind"])
        return Row(
            "node",
            key=node["key"],
            label=self._title(node),
            kind=node["kind"],
            kind_label=str(kind.label) if kind else node["kind"],
            summary=kind.summary(node, partial(label_of, lookup=self.lookup)) if kind else "",
            has_paths=has_paths,
        )
