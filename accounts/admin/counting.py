from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
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


class IndexedOrder(ChangeList):
    """Sorts what is equal by id in the direction of the column, as an index on (column, id) has it."""

    def _get_deterministic_ordering(self, ordering: list[Any]) -> list[Any]:
        ordering = super()._get_deterministic_ordering(ordering)  # type: ignore[misc]
        if len(ordering) > 1 and ordering[-1] == "-pk" and not _descends(ordering[0]):
            return [*ordering[:-1], "pk"]
        return ordering


def _descends(term: Any) -> bool:
    return term.startswith("-") if isinstance(term, str) else bool(getattr(term, "descending", False))
