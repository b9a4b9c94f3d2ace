"""Where the parts of a chart stand; templates draw them as SVG, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from buying_groups import record
from buying_groups.reports.history import Point

LEFT, RIGHT, TOP, BOTTOM = 30, 12, 8, 22
LEVELS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Line:
    """One score over time: a line that stays level until the next change, and its last value."""

    key: str
    label: Any
    path: str
    end: tuple[float, float]
    value: int


@dataclass(frozen=True)
class Chart:
    """A chart of this size. `levels`: places of the scores at the side; `ticks`: of days below."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    levels: Sequence[tuple[float, int]]
    ticks: Sequence[tuple[float, date, str]]
    lines: Sequence[Line]
    first: date
    last: date


@dataclass(frozen=True)
class _Scale:
    width: int
    height: int
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(LEFT + share * (self.width - LEFT - RIGHT), 1)

    def y(self, score: float) -> float:
        return round(TOP + (1 - score / 100) * (self.height - TOP - BOTTOM), 1)


def scores(
    points: Sequence[Point], *, today: date, width: int = 760, height: int = 260, ticks: int = 6
) -> Chart | None:
    """Completeness and engagement from the first day on until today; None when nothing was ever computed."""
    if not points:
        return None
    last = max(today, points[-1].day)
    scale = _Scale(width, height, min(points[0].day, last - timedelta(days=1)), last)
    known = (("completeness", _("Completeness")), ("engagement", _("Engagement")))
    lines = [line for key, label in known if (line := _line(key, label, points, scale))]
    return Chart(
        width, height, LEFT, width - RIGHT, height - BOTTOM,
        levels=[(scale.y(level), level) for level in LEVELS],
        ticks=list(_ticks(scale, ticks)),
        lines=lines, first=scale.first, last=scale.last,
    )  # fmt: skip


def _line(key: str, label: Any, points: Sequence[Point], scale: _Scale) -> Line | None:
    found = [(point.day, value) for point in points if (value := getattr(point, key)) is not None]
    if not found:
        return None
    (day, value), *rest = found
    path = f"M{scale.x(day)} {scale.y(value)}"
    for day, value in rest:
        path += f"H{scale.x(day)}V{scale.y(value)}"
    end = (scale.x(scale.last), scale.y(value))
    return Line(key, label, f"{path}H{end[0]}", end, record.as_shown(value))


def _ticks(scale: _Scale, wanted: int) -> Iterator[tuple[float, date, str]]:
    """Days at even distances, the first and the last among them."""
    days = (scale.last - scale.first).days
    steps = min(wanted - 1, days)
    for step in range(steps + 1):
        day = scale.first + timedelta(days=round(days * step / steps))
        anchor = "start" if step == 0 else "end" if step == steps else "middle"
        yield scale.x(day), day, anchor
