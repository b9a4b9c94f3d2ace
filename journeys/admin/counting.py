from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet

from accounts.admin.counting import CappedPaginator


class IdsFirst(CappedPaginator):
    """Sorts ids alone and reads whole rows for one page only.

    The order of the statuses (spec 1.4) is in no index: 100,000 journeys are sorted, which is quick as long as
    the rows that are sorted are narrow and joined with nothing.
    """

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        bottom = (number - 1) * self.per_page
        ids = rows.values("pk")[bottom : bottom + self.per_page]
        return Page(rows.filter(pk__in=ids), number, self)
