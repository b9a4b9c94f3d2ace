"""What the pages and comments say of files, sections and settings is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import LAYERS, ROOT, modules

# What the project was built from lies beside it and does not ship. Joined, so that this file does not name it.
WORKBENCH = [re.escape("/".join(("..", "shared"))), r"\b" + "/".join(("design", ""))]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")]
SECTION = re.compile(r"docs/engine\.md(?:, ([^).:;]+))?")
NAMED_FILE = re.compile(r"`((?:accounts|actions|config|docs|journeys|tests)/[\w/.-]+)`")
FROM_THE_ENVIRONMENT = re.compile(r"""(?:environ\.get|flag|words)\(\s*"([A-Z_]+)\"""")
# What our own server inherits from the shell.
NOT_OURS = {"PATH"}


@pytest.mark.parametrize("suffix", ["*.py", "*.md", "*.toml", "*.yaml", "*.html", "*.in"])
def test_nothing_refers_to_the_workbench(suffix: str):
    files = [
        path
        for folder in (*LAYERS, "tests", "docs", "scripts", ".")
        for path in (ROOT.glob(suffix) if folder == "." else (ROOT / folder).rglob(suffix))
    ]
    found = [
        str(path.relative_to(ROOT)) for path in files if re.search("|".join(WORKBENCH), path.read_text())
    ]
    assert found == []


def test_the_docs_link_to_what_exists():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in _links(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_files_that_pages_name_exist():
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in NAMED_FILE.findall(page.read_text())
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_the_code_names_sections_of_the_engine_that_exist():
    """As in `docs/engine.md, The fence`: with the heading, so that a reader finds it."""
    headings = set(re.findall(r"^#+ (.+)$", (ROOT / "docs" / "engine.md").read_text(), re.MULTILINE))
    wrong = [
        f"{path}: {section or 'no section'}"
        for path in modules(*LAYERS)
        for section in SECTION.findall((ROOT / path).read_text())
        if section not in headings
    ]
    assert wrong == []


def test_every_variable_of_the_environment_is_documented():
    read = {
        name for path in modules("config") for name in FROM_THE_ENVIRONMENT.findall((ROOT / path).read_text())
    }
    table = (ROOT / "docs" / "operations.md").read_text().partition("## Environment variables")[2]
    table = table.partition("\n## ")[0]
    documented = set(re.findall(r"`([A-Z][A-Z_]+)(?:=\d)?`", "".join(_first_cells(table)))) | set(
        re.findall(r"And `([A-Z_]+)=", table)
    )
    assert documented == read - NOT_OURS


def _first_cells(table: str) -> Iterator[str]:
    for line in table.splitlines():
        if line.startswith("| `"):
            yield line.split(" | ")[0]


def _links(text: str) -> list[str]:
    """Targets of Markdown links to files of the project."""
    shown = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    targets = [part.partition(")")[0].partition("#")[0] for part in shown.split("](")[1:]]
    return [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
