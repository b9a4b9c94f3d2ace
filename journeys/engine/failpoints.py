"""Named places at which a test may make a worker fail, die or stop.

The engine calls `fail(name)` there; in production that is `never`. Names: `before:claim`, `after:claim`,
`before:<kind>`, `after:<kind>` of each kind of node, `before:commit`, `after:commit`.
"""

from __future__ import annotations

from collections.abc import Callable

FailPoint = Callable[[str], None]


def never(name: str) -> None:
    """Go on."""
