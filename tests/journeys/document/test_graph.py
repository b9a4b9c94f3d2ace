from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journeys.document.graph import check_graph, topological

Nodes = list[dict[str, Any]]
JOIN = 4


class TestLoops:
    def test_name_the_nodes_that_they_go_through(self, nodes: Nodes, put: Callable[..., Nodes]) -> None:
        (loop,) = [f for f in check_graph(put(nodes, JOIN, "next", value="size")) if f.code == "loop"]

        assert loop.message == "The paths go round in a loop: “size” → “tell” → “join” → “size”."
        assert loop.pointer == "/4/next"

    def test_of_a_thousand_nodes_are_found(self) -> None:
        chain: Nodes = [{"key": f"n{i}", "kind": "merge", "next": f"n{i + 1}"} for i in range(999)]
        chain.append({"key": "n999", "kind": "merge", "next": "n0"})

        assert "loop" in {finding.code for finding in check_graph(chain)}


class TestTopologicalOrder:
    def test_starts_with_the_start_and_leads_onward(self, nodes: Nodes) -> None:
        order = [node["key"] for node in topological(list(reversed(nodes)))]

        assert order[0] == "start"
        assert order.index("size") < order.index("tell") < order.index("join") < order.index("raise")
        assert order.index("pause") < order.index("join")
