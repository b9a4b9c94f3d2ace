"""A page of several sources: each is asked by its own index, and what they give is merged.

One OR over sources of events would scan, and steps of journeys are in other tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.db.models import Q

from accounts.models import Event
from accounts.timelines.offers import Happening, Offer
from accounts.timelines.places import EVENTS, Place

Row = Event | Happening


class Source(Protocol):
    """Some rows of a timeline."""

    def read(self, behind: Place | None, size: int, *, is_down: bool) -> Sequence[tuple[Place, Row]]:
        """So many behind a place, each with its own; `is_down`: the latest first."""
        ...

    def count(self, most: int) -> int:
        """How many there are; once there are more than `most`, any number that says so."""
        ...


@dataclass(frozen=True)
class EventSource:
    """Events that a condition finds."""

    which: Q

    def read(self, behind: Place | None, size: int, *, is_down: bool) -> Sequence[tuple[Place, Row]]:
        sign = "-" if is_down else ""
        rows = Event.objects.filter(self.which).select_related("type")
        if behind is not None:
            bound, less = behind.seen_from(EVENTS), "lt" if is_down else "gt"
            same = Q(received_at=bound.at, **{f"pk__{less}": bound.first})
            # Said twice, so that the index begins there.
            rows = rows.filter(
                Q(**{f"received_at__{less}": bound.at}) | same, **{f"received_at__{less}e": bound.at}
            )
        found = rows.order_by(f"{sign}received_at", f"{sign}pk")[:size]
        return [(Place(event.received_at, EVENTS, event.pk), event) for event in found]

    def count(self, most: int) -> int:
        return Event.objects.filter(self.which).values("pk")[: most + 1].count()


@dataclass(frozen=True)
class OfferSource:
    """What an offer has of an account; below events, each offer on a rank of its own."""

    offer: Offer
    account_id: int
    rank: int

    def read(self, behind: Place | None, size: int, *, is_down: bool) -> Sequence[tuple[Place, Row]]:
        bound = behind.seen_from(self.rank) if behind is not None else None
        found = self.offer.read(self.account_id, bound, size, is_down)
        return [(Place(row.at, self.rank, row.first, row.second), row) for row in found]

    def count(self, most: int) -> int:
        return self.offer.count(self.account_id, most)


class Page(NamedTuple):
    """Rows in their order; `end` is the place of the last one, None when nothing comes behind it."""

    rows: Sequence[Row]
    end: Place | None


def page(sources: Sequence[Source], *, size: int, behind: Place | None = None, is_down: bool = True) -> Page:
    """So many rows of all sources, the latest first (or the earliest, not `is_down`), behind a place."""
    found = [pair for source in sources for pair in source.read(behind, size + 1, is_down=is_down)]
    found.sort(key=lambda pair: pair[0], reverse=is_down)
    shown = found[:size]
    return Page([row for _place, row in shown], shown[-1][0] if len(found) > size else None)


def count(sources: Sequence[Source], most: int) -> tuple[int, bool]:
    """How many rows there are, and whether that is all: exact up to `most`."""
    n = sum(source.count(most) for source in sources)
    return min(n, most), n <= most
