"""Tests mirror the apps path for path, so that the test of a file is found by its name."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.source import LAYERS, ROOT, modules

# Parts of the suite that follow something else than a file.
ELSEWHERE = {"architecture", "benchmarks", "browser", "factories", "faults", "flows"}


def test_every_folder_of_tests_is_that_of_a_package():
    folders = {path.parent.relative_to("tests") for path in modules("tests") if path.name.startswith("test_")}
    orphans = [
        str(folder)
        for folder in folders
        if folder.parts and folder.parts[0] not in ELSEWHERE and not _is_package(folder)
    ]
    assert orphans == []


def test_every_layer_has_tests():
    tested = {path.parts[1] for path in modules("tests") if path.name.startswith("test_")}
    untested = {
        layer for layer in LAYERS if any(path.name != "__init__.py" for path in modules(layer))
    } - tested
    assert untested == set()


def _is_package(folder: Path) -> bool:
    return (ROOT / folder / "__init__.py").is_file()
