"""The page about the document says what is so: its examples are imported, its tables compared with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from journeys import services
from journeys.document.field_checks import FIELDS, RE_ENTRY
from journeys.document.parse import parse
from journeys.document.shape import FORMAT, LATER_KINDS, LATER_PARTS, RESERVED
from journeys.models import HistoryRecord, Journey
from journeys.nodes.registry import KINDS
from journeys.validation import find_problems
from tests.architecture.source import ROOT, modules, tree
from tests.journeys.document.example import make_world

PAGE = (ROOT / "docs" / "reference" / "document.md").read_text()
CONDITIONS = (ROOT / "docs" / "reference" / "conditions.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
# Where the code of a fault stands among the arguments of what makes one.
MAKERS = {"Finding": 0, "Unreadable": 0, "NotPlain": 0, "_fault": 0, "wrong": 0, "at": 1, "_at": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_can_be_imported(text: str, now: datetime) -> None:
    make_world()

    journey = services.import_journey(text, by=None, now=now, interface=HistoryRecord.Interface.COMMAND)

    assert journey.name == parse(text)["name"]
    expected = [] if journey.draft.nodes else ["no_audience"]
    assert [problem.code for problem in find_problems(journey, now=now)] == expected


def test_every_key_of_a_journey_is_in_the_table() -> None:
    assert {"format", *FIELDS, "nodes", *LATER_PARTS} == _first_column("## The journey", "`re_entry` says")
    assert set(RE_ENTRY) == _first_column("`re_entry` says", "## Nodes")
    assert f"of {' or '.join(f'`{unit}`' for unit in Journey.DelayUnit.values)}" in PAGE


def test_every_kind_of_node_is_there() -> None:
    rows = re.findall(r"^\| \[`(\w+)`\]\(nodes/(\w+)\.md\) \|.*\|(.*)\|$", PAGE, re.MULTILINE)

    assert [kind for kind, _, _ in rows] == list(KINDS)
    for kind, page, said in rows:
        assert page == kind
        assert {setting.name for setting in KINDS[kind].settings} == set(re.findall(r"`(\w+)`", said)) - {
            "paths"
        }


def test_what_is_kept_for_later_is_named() -> None:
    assert FORMAT in PAGE
    assert [word for word in (*LATER_KINDS, *RESERVED) if f"`{word}`" not in PAGE] == []


def test_every_code_of_a_fault_is_explained() -> None:
    missing = [code for code in sorted(set(_codes())) if f"`{code}`" not in PAGE + CONDITIONS]

    assert missing == []


def _first_column(begin: str, end: str) -> set[str]:
    table = PAGE.partition(begin)[2].partition(end)[0]
    return {
        key
        for line in table.splitlines()
        for key in re.findall(r"`(\w+)`", line.split(" | ")[0])
        if line[:3] == "| `"
    }


def _codes() -> Iterator[str]:
    """The codes of all faults that reading and checking a document may find."""
    for path in modules("journeys/document", "journeys/nodes", "accounts/conditions", "actions"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                yield from _codes_of(node)


def _codes_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position = MAKERS.get(name, len(call.args))
    given = [*call.args[position : position + 1], *(one.value for one in call.keywords if one.arg == "code")]
    yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))
