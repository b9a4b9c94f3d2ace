"""A group's scores over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from buying_groups.models import BuyingGroup, GroupScore

# Days that are shown at once: a year and a day to compare with.
MOST = 366


@dataclass(frozen=True)
class Point:
    """The scores at the end of a day; they stay so until the next one."""

    day: date
    completeness: float | None
    engagement: float | None


def of_group(group: BuyingGroup, most: int = MOST) -> Sequence[Point]:
    """The last days on which a score changed, the oldest first."""
    found = GroupScore.objects.filter(group=group).order_by("-day")[:most]
    return [Point(row.day, row.completeness, row.engagement) for row in reversed(found)]
