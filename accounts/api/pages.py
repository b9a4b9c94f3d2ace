"""Lists in pieces: pages by number for small sets, cursors for large ones (spec 6.2).

A cursor says after which row to go on, so that the millionth row costs what the first does. Counts are exact
up to 10,000, then "more than".
"""

from __future__ import annotations

from math import ceil
from typing import Any

from django.db.models import F, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts import search
from accounts.api import cursors
from accounts.api.problem import refused_parameter
from accounts.api.query import order_of

EXACT_TO = 10_000
DEFAULT_SIZE, LARGEST_SIZE = 50, 500
LAST_PAGE = 1_000_000


def number(request: Request, name: str, default: int, largest: int) -> int:
    """A whole number from 1 on in the query.

    :raises Refusal: 400, if it is none
    """
    given = request.query_params.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 18 or not 1 <= int(given) <= largest:
        raise refused_parameter(name, f"“{name}” must be a whole number from 1 to {largest:,}.")
    return int(given)


def page_size(request: Request) -> int:
    return number(request, "page_size", DEFAULT_SIZE, LARGEST_SIZE)


def count_of(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many there are, and whether that is all."""
    found = rows.order_by().values("pk")[: EXACT_TO + 1].count()
    return min(found, EXACT_TO), found <= EXACT_TO


def answer(results: Any, *, count: tuple[int, bool], next: str | None, **more: Any) -> Response:
    """A piece of a list."""
    return Response({"count": count[0], "count_is_exact": count[1], "next": next, **more, "results": results})


def link(request: Request, name: str, value: Any) -> str:
    """This request's URL with another value of a parameter."""
    return replace_query_param(request.build_absolute_uri(), name, str(value))


class Pages(BasePagination):
    """By number: `page` (from 1), `page_size` (at most 500)."""

    parameters = ("page", "page_size")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.size = request, page_size(request)
        self.page = number(request, "page", 1, LAST_PAGE)
        self.count = count_of(queryset)
        start = (self.page - 1) * self.size
        rows = list(queryset[start : start + self.size + 1])
        self.has_more = len(rows) > self.size
        self.former = self.page - 1
        if not rows:
            # Behind the end: back to the last page, as far as is counted.
            self.former = min(self.former, max(1, ceil(self.count[0] / self.size)))
        return rows[: self.size]

    def get_paginated_response(self, data: Any) -> Response:
        following = link(self.request, "page", self.page + 1) if self.has_more else None
        former = link(self.request, "page", self.former) if self.page > 1 else None
        return answer(data, count=self.count, next=following, previous=former)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _page_schema(schema, "next", "previous")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        page = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}
        return [_parameter("page", "The number of the page.", page), SIZE_PARAMETER]


class Cursor(BasePagination):
    """By cursor: follow `next`. Sorts by the view's `ordering_fields`; what has no value is below all others."""

    parameters = ("cursor", "page_size")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, size = request, page_size(request)
        order = order_of(request, view)
        queryset, self.count = self.counted(queryset, view)
        ordered = self.ordered(queryset, order)
        rows: list[Any] = []
        for piece in cursors.pieces(ordered, order, request.query_params.get("cursor")):
            rows += piece[: size + 1 - len(rows)]
            if len(rows) > size:
                break
        self.next = cursors.of_row(rows[size - 1], order) if len(rows) > size else None
        return rows[:size]

    def counted(self, rows: QuerySet[Any], view: Any) -> tuple[QuerySet[Any], tuple[int, bool]]:
        """The rows, and how many there are."""
        return rows, count_of(rows)

    def ordered(self, rows: QuerySet[Any], order: cursors.Order) -> QuerySet[Any]:
        """The rows in this order."""
        return rows.order_by(*(_term(rows, column, is_down) for column, is_down in order))

    def get_paginated_response(self, data: Any) -> Response:
        following = link(self.request, "cursor", self.next) if self.next else None
        return answer(data, count=self.count, next=following)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return _page_schema(schema, "next")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [CURSOR_PARAMETER, SIZE_PARAMETER]


class Searched(Cursor):
    """Of a large table. What a search finds is looked up at once; few are sorted by themselves, where a walk along the
    list might read millions of rows before the first that fits.
    """

    def counted(self, rows: QuerySet[Any], view: Any) -> tuple[QuerySet[Any], tuple[int, bool]]:
        self.are_few = False
        if not self.request.query_params.get("search", "").strip():
            return super().counted(rows, view)
        ids = search.found_ids(rows, at_most=EXACT_TO + 1)
        self.are_few = len(ids) <= EXACT_TO
        if not self.are_few:
            return rows, (EXACT_TO, False)
        return view.get_queryset().filter(search.is_one_of(ids)), (len(ids), True)

    def ordered(self, rows: QuerySet[Any], order: cursors.Order) -> QuerySet[Any]:
        found = super().ordered(rows, order)
        return found.order_by(*map(search.by_itself, found.query.order_by)) if self.are_few else found


def _term(rows: QuerySet[Any], column: str, is_down: bool) -> Any:
    if not cursors.field_of(rows, column).null:
        return f"-{column}" if is_down else column
    return F(column).desc(nulls_last=True) if is_down else F(column).asc(nulls_first=True)


def _page_schema(rows: dict[str, Any], *links: str) -> dict[str, Any]:
    url = {"type": "string", "format": "uri", "nullable": True}
    properties = {
        "count": {"type": "integer", "description": f"How many there are in all, up to {EXACT_TO:,}."},
        "count_is_exact": {"type": "boolean", "description": "False: there are more than `count`."},
        **dict.fromkeys(links, url),
        "results": rows,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


SIZE_PARAMETER = _parameter(
    "page_size",
    "Rows of a page.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
)
CURSOR_PARAMETER = _parameter("cursor", "Where to go on; taken from `next`.", {"type": "string"})
