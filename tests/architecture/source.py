"""The project's own source, for tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# From top to bottom: each may know those behind it, and none before it.
LAYERS = ("config", "journeys", "actions", "buying_groups", "accounts")
APPS = LAYERS[1:]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> Iterator[Path]:
    """Our Python files in these folders, as paths from the root; migrations are left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def functions(path: Path) -> Iterator[FunctionNode]:
    for node in ast.walk(tree(path)):
        if isinstance(node, FunctionNode):
            yield node


def layer_of(dotted: str) -> int:
    """How far down a module is: 0 is the top; what is not ours is below everything."""
    top = dotted.partition(".")[0]
    return LAYERS.index(top) if top in LAYERS else len(LAYERS)
