"""How the code is written (CONTRIBUTING.md), where ruff has no rule for it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import APPS, LAYERS, ROOT, functions, modules, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
CATCH_ALLS = {"common", "utils", "util", "helpers", "helper", "constants", "misc", "shared", "signals"}
EVERY = list(modules(*LAYERS, "tests"))


def test_every_file_begins_with_annotations_from_the_future():
    def begins(path: Path) -> bool:
        code = [node for node in tree(path).body if not isinstance(node, ast.Expr)]
        return not code or (isinstance(code[0], ast.ImportFrom) and code[0].module == "__future__")

    assert [str(path) for path in EVERY if not begins(path)] == []


def test_no_file_is_too_long():
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in EVERY}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_what_opens_a_browser_is_marked():
    """An open page asks the server on; without the mark it would do so beside tests that drop their database."""
    opens = [path for path in EVERY if path.match("tests/browser/test_*.py")]
    assert opens
    assert [str(path) for path in opens if "pytest.mark.browser" not in (ROOT / path).read_text()] == []


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{path}:{function.name}": length
        for path in modules(*LAYERS)
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_module_is_a_catch_all():
    assert [str(path) for path in EVERY if CATCH_ALLS & {path.stem, *path.parent.parts}] == []


def test_nothing_is_imported_inside_a_function():
    found = [
        f"{path}:{node.lineno}"
        for path in modules(*LAYERS)
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_no_model_orders_itself():
    """`Meta.ordering` sorts every query of a model, also the million rows that nobody asked to sort."""
    found = [
        f"{path}:{node.lineno}"
        for path in modules(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name == "Meta"
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "ordering" for t in statement.targets)
    ]
    assert found == []


def test_nothing_is_patched_by_its_dotted_path():
    """A test hands its double in; a patch holds on to where a name is imported, not to what it does."""
    found = [
        f"{path}:{node.lineno}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom | ast.Import)
        and (getattr(node, "module", "") or "").startswith(("unittest.mock", "mock"))
    ]
    assert found == []
