from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from actions.registry import ACTIONS
from actions.settings import Setting
from actions.types import ActionType

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/reference/actions"


def names(folder: Path, pattern: str) -> set[str]:
    return {path.stem.removeprefix("test_") for path in folder.glob(pattern)} - {"__init__", "index"}


class TestRegistry:
    def test_holds_every_action_once_by_its_stored_value(self):
        assert sorted(ACTIONS) == sorted(ActionType.values)
        assert all(action.type == key for key, action in ACTIONS.items())

    def test_every_action_has_a_file_of_its_name_and_no_file_is_left_over(self):
        assert names(ROOT / "actions/kinds", "*.py") == set(ActionType.values)

    def test_every_action_has_a_test_and_a_page(self):
        assert names(ROOT / "tests/actions/kinds", "test_*.py") == set(ActionType.values)
        assert names(PAGES, "*.md") == set(ActionType.values)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
class TestEveryAction:
    def test_stands_in_the_file_of_its_name(self, action):
        assert type(action).__module__ == f"actions.kinds.{action.type.value}"
        assert import_module(type(action).__module__)

    def test_says_what_it_is(self, action):
        assert action.label
        assert action.group
        assert action.on
        assert type(action).__doc__

    def test_its_schema_describes_each_setting(self, action):
        schema = action.schema()

        assert list(schema["properties"]) == [setting.name for setting in action.settings]
        assert schema["additionalProperties"] is False
        assert all(isinstance(setting, Setting) and setting.label for setting in action.settings)

    def test_its_page_explains_each_setting(self, action):
        page = (PAGES / f"{action.type.value}.md").read_text()

        assert page.startswith(f"# {action.label}\n")
        assert all(f"| {setting.label} | `{setting.name}` |" in page for setting in action.settings)

    def test_a_draft_without_settings_can_be_shown(self, action):
        assert isinstance(action.summary({}), str)
        assert action.map_references({}, lambda resource, value: value) == {}
