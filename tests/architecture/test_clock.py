"""Engine and services take `now` as an argument: tests and simulations run months in seconds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import APPS, modules, tree

# Where a moment comes into the system: who asks for the time there hands it down.
DOORS = ("management", "admin", "api", "tasks.py")
# Each with its reason.
ALLOWED = {
    "journeys/engine/worker.py": "the clock itself: the database's, handed to the worker",
    "accounts/models/account.py": "the database stamps a row that nobody stamped",
    "accounts/models/person.py": "the same",
    "buying_groups/built_in.py": "a migration has no door that would hand it the time",
}
PYTHON_CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_timestamp|current_date|current_time|localtimestamp)\b",
    re.IGNORECASE,
)


def test_nobody_below_the_doors_asks_for_the_time():
    found = {
        str(path): lines
        for path in modules(*APPS)
        if not set(DOORS) & set(path.parts) and str(path) not in ALLOWED and (lines := list(_asks(path)))
    }
    assert found == {}


def test_the_exceptions_are_still_needed():
    assert [path for path in ALLOWED if not list(_asks(Path(path)))] == []


def _asks(path: Path) -> Iterator[str]:
    docstrings = set(_docstrings(path))
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in PYTHON_CLOCKS:
                yield f"{node.lineno}: {owner}.{name}"
            case ast.Attribute(attr="Now") | ast.Name(id="Now"):
                yield f"{node.lineno}: Now"
            case ast.Constant(value=str(text)) if id(node) not in docstrings and SQL_CLOCK.search(text):
                yield f"{node.lineno}: {text.strip()[:60]}"


def _docstrings(path: Path) -> Iterator[int]:
    """The texts that stand alone: for readers, not for the database."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
