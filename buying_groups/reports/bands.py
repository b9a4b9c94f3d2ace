"""The four bands that a score falls into, and the groups whose score was never computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sql import Sql, sql


@dataclass(frozen=True)
class Band:
    """Scores from `low` on and below `high`; the last one includes its end. Without them: no score."""

    key: str
    label: Any
    low: int | None = None
    high: int | None = None

    def condition(self, column: str) -> Q:
        """As a filter on this column of a group."""
        if self.low is None:
            return Q(**{f"{column}__isnull": True})
        end = "lte" if self.high == 100 else "lt"
        return Q(**{f"{column}__gte": self.low, f"{column}__{end}": self.high})


NONE = Band("none", _("Not computed yet"))
SCORED = tuple(Band(f"{low}-{low + 25}", f"{low}–{low + 25} %", low, low + 25) for low in (0, 25, 50, 75))
BANDS = (NONE, *SCORED)


def of(key: str) -> Band | None:
    """The band of this key; None: there is none."""
    return next((band for band in BANDS if band.key == key), None)


def number(column: Sql) -> Sql:
    """Which of `BANDS` a score is in, by its place."""
    bounds = [band.low for band in SCORED[1:]]
    return sql(
        "COALESCE(width_bucket({column}, {bounds}::double precision[]) + 1, 0)", column=column, bounds=bounds
    )
