"""How many groups there are: by completeness, by engagement, by solution interest, by stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.sql import Row, Sql, row, rows, sql
from buying_groups.models import SolutionInterest, Stage
from buying_groups.reports import bands
from buying_groups.reports.selection import NO_STAGE, Selection

# One look at all groups. Few different rows come out of it, whatever the number of groups.
COUNT = """
    SELECT held.solution_interest_id, COALESCE(held.stage_id, {no_stage}), {completeness}, {engagement}, count(*)
    FROM {groups} GROUP BY 1, 2, 3, 4
"""
# As the planner knows it; nobody counts.
SIZE = "SELECT reltuples FROM pg_class WHERE oid = 'buying_groups_buyinggroup'::regclass"
LARGE = 50_000


@dataclass(frozen=True)
class Bar:
    """How many groups one value has. `key` is what a filter of the list takes for it."""

    key: str
    label: Any
    n: int


@dataclass(frozen=True)
class Distributions:
    """The same groups, counted four times."""

    total: int
    completeness: Sequence[Bar]
    engagement: Sequence[Bar]
    interests: Sequence[Bar]
    stages: Sequence[Bar]


def distributions(selection: Selection) -> Distributions:
    """Count the groups that are selected; three statements.

    Each solution interest and each stage has its bar, also without a group. Groups without a stage come first.
    """
    counted = rows(sql(
        COUNT, groups=selection.rows(), no_stage=Sql(str(NO_STAGE)),
        completeness=bands.number(Sql("held.completeness")), engagement=bands.number(Sql("held.engagement")),
    ))  # fmt: skip
    interests = SolutionInterest.objects.order_by("name").values_list("pk", "name")
    stages = Stage.objects.order_by("model_id", "position", "pk").values_list("pk", "name")
    return Distributions(
        total=sum(one[-1] for one in counted),
        completeness=_banded(_by(counted, 2)),
        engagement=_banded(_by(counted, 3)),
        interests=_named(_by(counted, 0), interests),
        stages=_named(_by(counted, 1), [(NO_STAGE, _("No stage")), *stages]),
    )


def is_large() -> bool:
    """Whether there are so many groups that counting them all takes longer than a page may."""
    found = row(Sql(SIZE))
    return found is not None and found[0] > LARGE


def _banded(found: Counter[int]) -> list[Bar]:
    return [Bar(band.key, band.label, found[place]) for place, band in enumerate(bands.BANDS)]


def _named(found: Counter[int], known: Iterable[tuple[int, Any]]) -> list[Bar]:
    return [Bar(str(id), name, found[id]) for id, name in known]


def _by(counted: Iterable[Row], column: int) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in counted:
        found[one[column]] += one[-1]
    return found
