"""Adding an action or a kind of node is five places; a forgotten one is named here."""

from __future__ import annotations

import pytest

from actions.registry import ACTIONS
from actions.types import ActionType
from journeys.nodes.registry import KINDS
from tests.architecture.source import ROOT


@pytest.mark.parametrize("action", list(ActionType), ids=str)
class TestEveryAction:
    def test_has_its_file(self, action: ActionType):
        assert (ROOT / "actions" / "kinds" / f"{action}.py").is_file()

    def test_is_in_the_registry_under_its_name(self, action: ActionType):
        assert ACTIONS[action].type == action
        assert type(ACTIONS[action]).__module__ == f"actions.kinds.{action}"

    def test_has_its_test(self, action: ActionType):
        assert (ROOT / "tests" / "actions" / "kinds" / f"test_{action}.py").is_file()

    def test_has_its_page(self, action: ActionType):
        page = ROOT / "docs" / "reference" / "actions" / f"{action}.md"
        assert page.is_file()
        assert page.read_text().startswith(f"# {action.label}\n")


@pytest.mark.parametrize("kind", list(KINDS))
class TestEveryKindOfNode:
    def test_has_its_file(self, kind: str):
        assert type(KINDS[kind]).__module__ == f"journeys.nodes.{kind}"

    def test_has_its_test(self, kind: str):
        assert (ROOT / "tests" / "journeys" / "nodes" / f"test_{kind}.py").is_file()

    def test_has_its_page(self, kind: str):
        assert (ROOT / "docs" / "reference" / "nodes" / f"{kind}.md").is_file()


def test_no_action_is_in_the_registry_without_its_stored_value():
    assert set(ACTIONS) == set(ActionType)
