"""What keeps a draft from being published, and what may be an oversight (spec 1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.findings import Finding
from journeys.document import check
from journeys.document.graph import START, ways_out
from journeys.forecast import has_accounts
from journeys.models import Journey
from journeys.nodes.registry import KINDS
from journeys.nodes.split_accounts import title_of_path

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something to resolve, or to look at: the node's key ("": the whole map), the place as JSON pointer."""

    code: str
    message: str
    node: str = ""
    pointer: str = ""


def find_problems(journey: Journey, *, now: datetime) -> list[Problem]:
    """All that publishing refuses. The number of queries does not grow with the nodes.

    Start and end are not among them: the review dialog asks for these (spec 1.5).
    """
    nodes = journey.draft.nodes
    found = check.check_stored(nodes, journey_id=journey.pk)
    return _problems(nodes, check.sorted_by_place([*found, *_by_time(nodes, now)]))


def find_warnings(journey: Journey, *, now: datetime) -> list[Problem]:
    """What never blocks: a path without nodes, an audience that is empty now."""
    nodes = journey.draft.nodes
    found = [
        finding.under(i)
        for i, node in _known(nodes)
        for finding in [*_empty_paths(node), *KINDS[node["kind"]].warnings(node)]
    ]
    for i, node in _known(nodes):
        if node["kind"] == START and has_accounts(node.get("settings") or {}, now=now) is False:
            message = _("No account is in the audience now.")
            found.append(Finding("audience_empty", message, (i,), refused=False))
    return _problems(nodes, check.sorted_by_place(found))


def _by_time(nodes: Sequence[Node], now: datetime) -> list[Finding]:
    return [
        finding.under(i) for i, node in _known(nodes) for finding in KINDS[node["kind"]].check_time(node, now)
    ]


def _empty_paths(node: Node) -> list[Finding]:
    empty = [(way, place) for way, place in ways_out(node) if place and way.get("next") is None]
    names = [
        (
            _("Path “%(name)s” has no nodes.")
            % {"name": title_of_path(way["key"], way.get("label"), is_other=bool(way.get("other")))},
            place,
        )
        for way, place in empty
    ]
    return [Finding("empty_path", message, place, refused=False) for message, place in names]


def _known(nodes: Sequence[Node]) -> Iterable[tuple[int, Node]]:
    return ((i, node) for i, node in enumerate(nodes) if node["kind"] in KINDS)


def _problems(nodes: Sequence[Node], findings: Iterable[Finding]) -> list[Problem]:
    return [
        Problem(
            finding.code,
            finding.message,
            nodes[int(finding.at[0])]["key"] if finding.at else "",
            finding.under("nodes").pointer,
        )
        for finding in findings
    ]
