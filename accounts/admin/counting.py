from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection, transaction
from django.db.models import CharField, F, OrderBy, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, Lower
from django.db.models.options import Options
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin.list_request import known
from accounts.admin.readable import faults
from accounts.search import WIDE
from accounts.sql import run

# Counts are exact up to here, then "more than" (spec: no count may need a full scan).
EXACT_TO = 10_000


def many(n: int) -> str:
    """A count that was made up to one more than `EXACT_TO`."""
    return f"{n:,}" if n <= EXACT_TO else _("more than %s") % f"{EXACT_TO:,}"


def sorted_ids(rows: QuerySet[Any]) -> list[int]:
    """Of what a search finds in a large table, as much as is counted, at most 10,001, in the order of the rows; by one
    statement: rows that are read once more to be sorted take as long again.
    """
    terms = [_term(term) for term in rows.query.order_by]
    keys = {f"key{place}": term.expression for place, term in enumerate(terms)}
    narrow = rows.order_by().annotate(found_id=F("pk"), **keys).values("found_id", *keys)[: EXACT_TO + 1]
    try:
        found, params = narrow.query.sql_with_params()
    except EmptyResultSet:  # A filter knows that there is nothing.
        return []
    order = ", ".join(f"{key} {_direction(term)}" for key, term in zip(keys, terms, strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        run(WIDE)
        cursor.execute(f"SELECT found_id FROM ({found}) AS found ORDER BY {order}", params)
        return [id for (id,) in cursor.fetchall()]


def _term(term: Any) -> OrderBy:
    if isinstance(term, str):
        return OrderBy(F(term.removeprefix("-")), descending=term.startswith("-"))
    return term if isinstance(term, OrderBy) else OrderBy(term)


def _direction(term: OrderBy) -> str:
    nulls = " NULLS FIRST" if term.nulls_first else " NULLS LAST" if term.nulls_last else ""
    return f"{'DESC' if term.descending else 'ASC'}{nulls}"


def only(rows: QuerySet[Any], ids: list[int]) -> QuerySet[Any]:
    """Those of these ids. One parameter: ten thousand of them take longer to send than the rest of the page."""
    return rows.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))


class CappedPaginator(Paginator):
    """Counts to 10,000 and says so when there are more: a count over a million rows is not worth its wait."""

    @cached_property
    def found(self) -> int:
        """How many there are, at most one more than is counted exactly."""
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        ids = self.object_list.order_by().values("pk")[: EXACT_TO + 1]
        return int(ids.count())

    # What was found, in its order: then a page is looked up by its ids in `rows`, without naming all of them again.
    ids: list[int] | None = None
    rows: QuerySet[Any] | None = None

    @cached_property
    def count(self) -> int:
        return min(self.found, EXACT_TO)

    def page(self, number: Any) -> Page[Any]:
        if self.ids is None or self.rows is None:
            return super().page(number)
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = only(self.rows, self.ids[start : min(start + self.per_page, self.count)])
        return Page(rows, number, self)

    @property
    def is_exact(self) -> bool:
        return self.found <= EXACT_TO


class IndexedOrder(ChangeList):
    """Sorts by what has an index only: by the columns of `sortable_by`, what is equal by id in the same direction.

    What a search has found is sorted by itself: at most 10,001 rows (`Table.bounded`). Walking an index on the name
    until fifty of them turn up would read millions of rows for a name that stands at its end.

    `faults`: what its filters cannot read. It lists nothing then, not all that they would have left out.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        self.faults = faults(self.filter_specs)
        if self.faults:
            return rows.none()
        asked = known(request)
        if not asked.searches or asked.is_export:
            return rows
        asked.ids = sorted_ids(rows)
        asked.n_found = len(asked.ids)
        asked.rows = self.apply_select_related(self.root_queryset).order_by(*rows.query.order_by)
        return only(asked.rows, asked.ids)

    def get_ordering_field(self, field_name: Any) -> Any:
        if self.sortable_by and field_name not in self.sortable_by:
            return None
        return super().get_ordering_field(field_name)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        # A column that is chosen stands alone: the default order behind it would have no index with it.
        rows = queryset.order_by() if self._is_chosen() else queryset
        ordering = list(super().get_ordering(request, rows))
        return [without_index(term, self.lookup_opts) for term in ordering] if self.query else ordering

    def _is_chosen(self) -> bool:
        """Whether the address names a column that can be sorted by."""
        numbers = [text.lstrip("-") for text in str(self.params.get(ORDER_VAR, "")).split(".")]
        known = [
            int(n) for n in numbers if n.isascii() and n.isdecimal() and int(n[:9]) < len(self.list_display)
        ]
        return any(self.get_ordering_field(self.list_display[n]) for n in known)

    def _get_deterministic_ordering(self, ordering: list[Any]) -> list[Any]:
        ordering = super()._get_deterministic_ordering(ordering)  # type: ignore[misc]
        if len(ordering) > 1 and ordering[-1] == "-pk" and not _descends(ordering[0]):
            return [*ordering[:-1], "pk"]
        return ordering


def _descends(term: Any) -> bool:
    return term.startswith("-") if isinstance(term, str) else bool(getattr(term, "descending", False))


def without_index(term: Any, options: Options[Any]) -> Any:
    """The same order of a text, by an expression that no index has."""
    expression = F(term.lstrip("-")) if isinstance(term, str) else getattr(term, "expression", term)
    name = str(getattr(expression, "name", ""))
    is_text = isinstance(expression, Lower) or (
        name not in ("pk", "") and isinstance(options.get_field(name), CharField)
    )
    return OrderBy(Concat(expression, Value("")), descending=_descends(term)) if is_text else term
