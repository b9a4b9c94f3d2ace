from __future__ import annotations

from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import QuerySet

# Counts are exact up to here, then "more than" (spec: no count may need a full scan).
EXACT_TO = 10_000


class CappedPaginator(Paginator):
    """Counts to 10,000 and says so when there are more: a count over a million rows is not worth its wait."""

    @cached_property
    def found(self) -> int:
        """How many there are, at most one more than is counted exactly."""
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        ids = self.object_list.order_by().values("pk")[: EXACT_TO + 1]
        return int(ids.count())

    @cached_property
    def count(self) -> int:
        return min(self.found, EXACT_TO)

    @property
    def is_exact(self) -> bool:
        return self.found <= EXACT_TO
