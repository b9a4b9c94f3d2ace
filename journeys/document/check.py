"""All that is wrong with a map: its shape, its graph, each node by its kind, all conditions together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions.check import Checker
from accounts.findings import Finding, Place
from actions.settings import Context
from journeys.document.graph import check_graph
from journeys.document.json_text import MAX_DEPTH, NotPlain, check_plain
from journeys.document.references import OWN, Known, collect_from_settings
from journeys.document.shape import check_nodes
from journeys.nodes.registry import KINDS

Node = Mapping[str, Any]
MISSING = frozenset({"reference_missing", "not_found"})
"""Findings about a name that nothing has: kept in a draft, refused in a file (spec 1.5, 1.10)."""

READABLE = frozenset({"bad_character", "duplicate_key", "reserved_key", "too_long", "unknown_field"})
"""Faults of a shape that can be read all the same."""


def check_given(nodes: Any, *, journey_id: int | None = None, own_name: str = "") -> list[Finding]:
    """What is wrong with nodes as a file or a client gives them; places begin at the index of the node.

    Nodes whose shape cannot be read (all but `READABLE`) are not looked into further; others are.
    `own_name`: see `references.Known`.
    """
    try:
        check_plain(nodes, MAX_DEPTH)
    except NotPlain as fault:
        return [Finding(fault.code, str(fault), fault.at)]
    wrong = check_nodes(nodes)
    if not isinstance(nodes, list) or any(not finding.at for finding in wrong):
        return wrong
    faulty = {finding.at[0] for finding in wrong if finding.code not in READABLE}
    sound = [(i, node) for i, node in enumerate(nodes) if i not in faulty]
    graph = check_graph(nodes) if all(_has_ways(node) for node in nodes) else []
    return sorted_by_place([*wrong, *graph, *_check_kinds(sound, journey_id, own_name)])


def check_stored(nodes: Sequence[Node], *, journey_id: int | None = None) -> list[Finding]:
    """The same for the nodes of a draft, whose shape was checked when they were saved."""
    known = [(i, node) for i, node in enumerate(nodes) if node["kind"] in KINDS]
    unknown = [(i, node) for i, node in enumerate(nodes) if node["kind"] not in KINDS]
    gone = [
        Finding(
            "unknown_kind", _("There is no kind “%(name)s” any more.") % {"name": node["kind"]}, (i, "kind")
        )
        for i, node in unknown
    ]
    return sorted_by_place([*gone, *check_graph(nodes), *_check_kinds(known, journey_id)])


def as_in_file(findings: Sequence[Finding]) -> list[Finding]:
    """The findings as an import sees them: a name that nothing has is refused."""
    return [replace(finding, refused=True) if finding.code in MISSING else finding for finding in findings]


def sorted_by_place(findings: Sequence[Finding]) -> list[Finding]:
    """In the order of the nodes; what is about the whole map first."""
    return sorted(findings, key=lambda finding: int(finding.at[0]) if finding.at else -1)


def _check_kinds(
    nodes: Sequence[tuple[int, Node]], journey_id: int | None, own_name: str = ""
) -> list[Finding]:
    known = Known(collect_from_settings(node for _, node in nodes), own_name=own_name)
    context = Context(OWN if own_name else journey_id, known.find)
    found = [finding.under(i) for i, node in nodes for finding in KINDS[node["kind"]].check(node, context)]
    return [*found, *_check_conditions(nodes)]


def _check_conditions(nodes: Sequence[tuple[int, Node]]) -> list[Finding]:
    by_subject: dict[str, list[tuple[Any, Place]]] = defaultdict(list)
    for i, node in nodes:
        for asked in KINDS[node["kind"]].conditions(node):
            by_subject[asked.about].append((asked.condition, (i, *asked.at)))
    return [
        finding for about, asked in by_subject.items() for finding in _ConditionsOfMap(about).check(asked)
    ]


class _ConditionsOfMap(Checker):
    """Checks many conditions while reading each table once."""

    def __init__(self, about: Any) -> None:
        super().__init__(about)

    def check(self, asked: Sequence[tuple[Any, Place]]) -> list[Finding]:
        found: list[Finding] = []
        for condition, at in asked:
            self._filters = 0  # the limit is for each condition
            found.extend(self.group(condition, at))
            if isinstance(condition, Mapping) and condition.get("filters") == []:
                found.append(Finding("no_condition", _("A condition needs a filter."), at, refused=False))
        return [*found, *self.missing()]


def _has_ways(node: Any) -> bool:
    """Whether its key and its ways out can be read, whatever else is wrong."""
    if (
        not isinstance(node, Mapping)
        or not isinstance(node.get("key"), str)
        or not isinstance(node.get("kind"), str)
    ):
        return False
    paths = node.get("paths")
    if not isinstance(node.get("next"), str | None) or not isinstance(paths, list | None):
        return False
    return all(
        isinstance(path, Mapping)
        and isinstance(path.get("key"), str)
        and isinstance(path.get("next"), str | None)
        for path in paths or []
    )
