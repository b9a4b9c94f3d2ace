"""How the code is written (CONTRIBUTING.md), where ruff has no rule for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import APPS, LAYERS, ROOT, functions, modules, tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
CATCH_ALLS = {"common", "utils", "util", "helpers", "helper", "constants", "misc", "shared", "signals"}
EVERY = list(modules(*LAYERS, "tests"))
# Written as one word, so that this file does not name it.
WORKBENCH = "/".join(("..", "shared"))


def test_every_file_begins_with_annotations_from_the_future():
    def begins(path: Path) -> bool:
        code = [node for node in tree(path).body if not isinstance(node, ast.Expr)]
        return not code or (isinstance(code[0], ast.ImportFrom) and code[0].module == "__future__")

    assert [str(path) for path in EVERY if not begins(path)] == []


def test_no_file_is_too_long():
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in EVERY}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


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


@pytest.mark.parametrize("suffix", ["*.py", "*.md", "*.toml", "*.yaml", "*.html", "*.in"])
def test_nothing_refers_to_the_workbench(suffix: str):
    """What the project was built from lies beside it and does not ship."""
    files = [
        path
        for folder in (*LAYERS, "tests", "docs", "scripts", ".")
        for path in (ROOT.glob(suffix) if folder == "." else (ROOT / folder).rglob(suffix))
    ]
    assert [str(path.relative_to(ROOT)) for path in files if WORKBENCH in path.read_text()] == []


def test_the_docs_link_to_what_exists():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")]
        for target in _links(path.read_text())
        if not (path.parent / target).exists()
    ]
    assert broken == []


def _links(text: str) -> list[str]:
    """Targets of Markdown links to files of the project."""
    shown = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    targets = [part.partition(")")[0].partition("#")[0] for part in shown.split("](")[1:]]
    return [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
