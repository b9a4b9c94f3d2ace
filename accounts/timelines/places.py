"""Where things stand in a timeline: no two at the same place, so that pages lose and repeat nothing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

HIGHEST_ID = 2**63 - 1
# At the same instant events stand above all else: what a step of a journey did, above that step.
EVENTS = 0


class Bound(NamedTuple):
    """A place as those of one rank see it: what they read is less than it, or greater."""

    at: datetime
    first: int
    second: int


class Place(NamedTuple):
    """When it was; at the same instant by the rank of its source, there by its two numbers (an event has one)."""

    at: datetime
    rank: int
    first: int
    second: int = 0

    def seen_from(self, rank: int) -> Bound:
        """Between the rows of another rank: above or below all of theirs of this instant."""
        if rank == self.rank:
            return Bound(self.at, self.first, self.second)
        return Bound(self.at, *((HIGHEST_ID, HIGHEST_ID) if rank < self.rank else (-1, -1)))
