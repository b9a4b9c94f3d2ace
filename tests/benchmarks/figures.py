"""What is reported: a number beside its reference, and whether it keeps what was promised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`ratio` is the median of the ratios of pairs, `low` and `high` the least and the greatest of them.

    `goal` is aimed at; a `must` (or a pair above `pair_must`) that is missed fails the run. A `floor` is a ratio
    that has to be reached instead.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    must: float | None = None
    pair_must: float | None = None
    floor: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether a must is missed."""
        if self.ratio is None:
            return False
        return _above(self.ratio, self.must) or _above(self.high, self.pair_must)

    @property
    def verdict(self) -> str:
        if self.missed:
            return "MISSED"
        if self.ratio is None or (self.goal is None and self.floor is None):
            return "ok" if self.must is not None else ""
        reached = self.ratio >= self.floor if self.floor is not None else not _above(self.ratio, self.goal)
        return "ok" if reached else "below the goal"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "reference": self.reference, "ratio": self.ratio,
            "low": self.low, "high": self.high, "goal": self.floor if self.floor is not None else self.goal,
            "must": self.must, "missed": self.missed, "note": self.note,
        }  # fmt: skip


def of_pairs(name: str, pairs: Sequence[tuple[float, float]], unit: str, **limits: Any) -> Figure:
    """From (value, reference) of each pair."""
    ratios = [value / reference for value, reference in pairs]
    return Figure(
        name, median(value for value, _ in pairs), unit, median(reference for _, reference in pairs),
        median(ratios), min(ratios), max(ratios), **limits,
    )  # fmt: skip


def of_groups(
    name: str, values: Sequence[float], references: Sequence[float], unit: str, **limits: Any
) -> Figure:
    """From two groups that could not be measured in pairs: the ratio of their medians."""
    value, reference = median(values), median(references)
    return Figure(name, value, unit, reference, value / reference, **limits)


HEAD = ("figure", "value", "unit", "reference", "ratio", "spread", "goal", "must", "")


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line."""
    lines = [HEAD, *(_line(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write(figures: Sequence[Figure], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")


def _line(figure: Figure) -> tuple[str, ...]:
    spread = f"{_short(figure.low)}-{_short(figure.high)}" if figure.low is not None else ""
    goal = f">= {_short(figure.floor)}" if figure.floor is not None else _short(figure.goal)
    must = _short(figure.must) + (
        f", pair {_short(figure.pair_must)}" if figure.pair_must is not None else ""
    )
    remark = ", ".join(part for part in (figure.verdict, figure.note) if part)
    numbers = (_short(figure.value), figure.unit, _short(figure.reference), _short(figure.ratio))
    return (figure.name, *numbers, spread, goal, must, remark)  # fmt: skip


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _above(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value > limit
