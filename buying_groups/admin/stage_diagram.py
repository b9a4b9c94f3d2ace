"""The stage model as a drawing: boxes in columns (`stage_layers`), and an arrow for each move.

A move to the next column is a curve. Any other goes through the channels between the columns and along a lane: above
the boxes when it skips columns, below them when it leads back or to a failure. Moves to the same stage share a lane.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from buying_groups.admin.stage_layers import Place, leads_of, places
from buying_groups.models import Stage

WIDTH, HEIGHT, GAP = 136, 58, 34  # of a box, and between two of a column
CHANNEL, OUTSIDE, SLOT = 38, 12, 11  # between columns, beside them, for each line in it
LANE, CORNER, EDGE = 13, 7, 10
LETTERS, LINES = 17, 2  # of a name in a box

Given = Mapping[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A stage: its upper left corner, its name in lines, and what it is."""

    x: float
    y: float
    name: str
    lines: list[str]
    kind: str
    is_entry: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def note(self) -> str:
        """What it is, in a word or two; the colour says it, too."""
        words = {Stage.Outcome.SUCCESS: _("Success"), Stage.Outcome.FAILURE: _("Failure")}
        said = [_("Entry")] if self.is_entry else []
        return " · ".join([*said, *(word for kind, word in words.items() if kind == self.kind)])

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2

    @property
    def texts(self) -> list[tuple[float, str]]:
        """Each line of the name with its height, in the middle of the box or above the note."""
        top = self.y + HEIGHT / 2 + 4.5 - 8 * (len(self.lines) - 1) - (8 if self.note else 0)
        return [(top + 16 * i, line) for i, line in enumerate(self.lines)]

    @property
    def note_y(self) -> float:
        return self.y + HEIGHT / 2 + 12 + 8 * (len(self.lines) - 1)


@dataclass(frozen=True)
class Arrow:
    """A move: the path of its line; `kind` is what it leads to."""

    path: str
    kind: str
    from_name: str
    to_name: str


@dataclass(frozen=True)
class Diagram:
    width: float
    height: float
    boxes: list[Box]
    arrows: list[Arrow]

    @property
    def least(self) -> int:
        """How narrow it may be shown and still be read; what does not fit is scrolled."""
        return round(self.width * 0.72)


def draw(stages: Sequence[Given]) -> Diagram:
    """The drawing of stages, as `model_stages.as_given` has them."""
    drawing = _Drawing(stages, places(stages))
    return Diagram(drawing.width, drawing.height, list(drawing.boxes()), list(drawing.arrows()))


@dataclass
class _Drawing:
    """The grid, with room for each line between the boxes."""

    stages: Sequence[Given]
    places: list[Place]
    # Per channel (behind column -1, 0, 1 …) and per corridor: who has which slot.
    channels: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    xs: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.moves = [(i, j) for i, leads in leads_of(self.stages).items() for j in leads]
        for here, there in self.moves:
            self._reserve(here, there)
        # Whatever leads far goes around what leads near.
        self.below.sort(key=lambda i: (self.places[i].is_failure, self.places[i].column))
        self.columns = 1 + max((place.column for place in self.places), default=0)
        x = EDGE + self._width_of(-1)
        for column in range(self.columns):
            self.xs.append(x)
            x += WIDTH + self._width_of(column)
        self.width = x + EDGE
        self.tallest = 1 + max((place.row for place in self.places if not place.is_failure), default=0)
        self.top = EDGE + (len(self.above) * LANE + 6 if self.above else 0)
        self.bottom = self.top + self.tallest * (HEIGHT + GAP) - GAP
        self.band = self.bottom + 18 + len(self.below) * LANE + 12
        has_band = any(place.is_failure for place in self.places)
        self.height = (self.band + HEIGHT if has_band else self.bottom + len(self.below) * LANE + 12) + EDGE

    def boxes(self) -> Iterator[Box]:
        for i, stage in enumerate(self.stages):
            lines = textwrap.wrap(stage["name"], LETTERS) or [""]
            if len(lines) > LINES or len(lines[-1]) > LETTERS:
                lines = [*lines[: LINES - 1], lines[LINES - 1][: LETTERS - 1].rstrip() + "…"]
            yield Box(
                *self._corner(i), stage["name"], lines, stage["outcome"] or "open", bool(stage["is_entry"])
            )

    def arrows(self) -> Iterator[Arrow]:
        for here, there in self.moves:
            kind = self.stages[there]["outcome"] or "open"
            yield Arrow(self._path(here, there), kind, self.stages[here]["name"], self.stages[there]["name"])

    def _way(self, here: int, there: int) -> str:
        """How a move is drawn: next, beside (the same column), above, below, or down to a failure."""
        one, other = self.places[here], self.places[there]
        if other.is_failure:
            return "down"
        if one.is_failure or other.column < one.column:
            return "below"
        step = other.column - one.column
        return "next" if step == 1 else "above" if step > 1 else "beside"

    def _reserve(self, here: int, there: int) -> None:
        """Slots and a lane for the lines of a move, shared with those that end alike."""
        way = self._way(here, there)
        if way == "next":
            return
        _add(self.channels.setdefault(self.places[here].column, []), (f"out {way}", here))
        if way == "beside":
            return
        _add(self.above if way == "above" else self.below, there)
        if way != "down":
            _add(self.channels.setdefault(self.places[there].column - 1, []), ("in", there))

    def _width_of(self, channel: int) -> float:
        slots = len(self.channels.get(channel, ()))
        is_outside = channel in (-1, self.columns - 1)
        return slots * SLOT + (CHANNEL if not is_outside else OUTSIDE if slots else 0)

    def _corner(self, i: int) -> Point:
        place = self.places[i]
        if place.is_failure:
            return self.xs[place.column], self.band
        here = sum(1 for other in self.places if other.column == place.column and not other.is_failure)
        start = self.top + (self.tallest - here) * (HEIGHT + GAP) / 2
        return self.xs[place.column], start + place.row * (HEIGHT + GAP)

    def _slot(self, channel: int, end: tuple[str, int]) -> float:
        begin = self.xs[channel] + WIDTH if channel >= 0 else EDGE
        room = self._width_of(channel) - len(self.channels[channel]) * SLOT
        return begin + room / 2 + (self.channels[channel].index(end) + 0.5) * SLOT

    def _path(self, here: int, there: int) -> str:
        (x, y), (to_x, to_y) = self._corner(here), self._corner(there)
        start, way = (x + WIDTH, y + HEIGHT / 2), self._way(here, there)
        if way == "next":
            return _curve(start, (to_x, to_y + HEIGHT / 2))
        out = self._slot(self.places[here].column, (f"out {way}", here))
        if way == "beside":
            end = (to_x + WIDTH, to_y + HEIGHT / 2)
            return _rounded([start, (out, start[1]), (out, end[1]), end])
        lane = self._lane(way, there)
        if way == "down":
            middle = to_x + WIDTH / 2
            return _rounded([start, (out, start[1]), (out, lane), (middle, lane), (middle, to_y)])
        into = self._slot(self.places[there].column - 1, ("in", there))
        end = (to_x, to_y + HEIGHT / 2)
        return _rounded([start, (out, start[1]), (out, lane), (into, lane), (into, end[1]), end])

    def _lane(self, way: str, there: int) -> float:
        if way == "above":
            return EDGE + (self.above.index(there) + 0.5) * LANE
        return self.bottom + 14 + (self.below.index(there) + 0.5) * LANE


def _add(ends: list[Any], end: Any) -> None:
    if end not in ends:
        ends.append(end)


def _curve(start: Point, end: Point) -> str:
    bend = (end[0] - start[0]) / 2
    return (
        f"M{start[0]:g} {start[1]:g}C{start[0] + bend:g} {start[1]:g} {end[0] - bend:g} {end[1]:g}"
        f" {end[0]:g} {end[1]:g}"
    )


def _rounded(points: list[Point]) -> str:
    """Straight lines through the points, with round corners."""
    said = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        one, other = _towards(here, before), _towards(here, after)
        said.append(f"L{one[0]:g} {one[1]:g}Q{here[0]:g} {here[1]:g} {other[0]:g} {other[1]:g}")
    return "".join([*said, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _towards(here: Point, there: Point) -> Point:
    """A corner's width from here on the way there; half of it when that is nearer."""
    length = abs(there[0] - here[0]) + abs(there[1] - here[1])
    share = min(CORNER, length / 2) / length if length else 0
    return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share
