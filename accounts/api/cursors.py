"""Cursors: which row the last piece of a list ended with, and the rows behind it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from rest_framework.request import Request

from accounts.api.fields import HIGHEST_ID
from accounts.api.filters import in_utc
from accounts.api.problem import refused_parameter

Order = Sequence[tuple[str, bool]]
"""Columns, each with whether it descends."""


def of_row(row: Any, order: Order) -> str:
    """The cursor that stands behind this row."""
    return encode([_name(order), *(getattr(row, column) for column, _ in order)])


def field_of(rows: QuerySet[Any], column: str) -> Any:
    """The field of a column of theirs, or of what they are annotated with."""
    computed = rows.query.annotations.get(column)
    return computed.output_field if computed is not None else rows.model._meta.get_field(column)


def pieces(rows: QuerySet[Any], order: Order, cursor: str | None) -> list[QuerySet[Any]]:
    """The rows behind the cursor (None: all), as lists to read one after another.

    A row without a value is below all others. Where the first column may be NULL, such rows are a piece of their own,
    so that an index answers each.

    :raises Refusal: 400, for a cursor of another order, or none of ours
    """
    nullable = {column for column, _ in order if field_of(rows, column).null}
    values = [] if cursor is None else _values(rows, order, nullable, cursor)
    (first, is_down), *rest = order
    if first not in nullable:
        return [rows.filter(_behind(order, values, nullable)) if values else rows]
    known, unknown = rows.filter(**{f"{first}__isnull": False}), rows.filter(**{f"{first}__isnull": True})
    if not values:
        return [known, unknown] if is_down else [unknown, known]
    if values[0] is not None:
        behind = known.filter(_behind(order, values, nullable - {first}))
        return [behind, unknown] if is_down else [behind]
    behind = unknown.filter(_behind(rest, values[1:], nullable))
    return [behind] if is_down else [behind, known]


def after_number(request: Request) -> int:
    """The number that the cursor stands for, in a list by one number; 0 without one.

    :raises Refusal: 400, if it is not one of ours
    """
    cursor = request.query_params.get("cursor")
    number = decode(cursor, 1)[0] if cursor is not None else 0
    if not isinstance(number, int):
        raise refused()
    return number


def encode(values: Sequence[Any]) -> str:
    """A cursor that stands for these values."""
    return urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """The values that a cursor stands for.

    :raises Refusal: 400, if it is not one of ours
    """
    try:
        values = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise refused() from None
    if not isinstance(values, list) or len(values) != length or not all(_is_plain(value) for value in values):
        raise refused()
    return values


def refused() -> Exception:
    said = "This cursor is not known; take the one from “next”, with the same ordering."
    return refused_parameter("cursor", said)


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, float):
        return isfinite(value)
    return value is None or (
        isinstance(value, int) and not isinstance(value, bool) and abs(value) <= HIGHEST_ID
    )


def _name(order: Order) -> str:
    return ",".join(f"-{column}" if is_down else column for column, is_down in order)


def _values(rows: QuerySet[Any], order: Order, nullable: AbstractSet[str], cursor: str) -> list[Value | None]:
    """What the cursor says of each column; None: no value.

    :raises Refusal: 400, for a cursor of another order, or none of ours
    """
    name, *given = decode(cursor, len(order) + 1)
    told = list(zip([column for column, _ in order], given, strict=True))
    if name != _name(order) or any(value is None and column not in nullable for column, value in told):
        raise refused()
    return [None if value is None else _value(rows, column, value) for column, value in told]


def _value(rows: QuerySet[Any], column: str, value: Any) -> Value:
    """The value as the column's field knows it."""
    field = field_of(rows, column)
    try:
        known = field.to_python(value)
        known = in_utc(known) if isinstance(known, datetime) else known
        return Value(known, output_field=getattr(field, "target_field", field))
    except (ValueError, TypeError, OverflowError, ValidationError):
        raise refused() from None


def _behind(order: Order, values: Sequence[Value | None], nullable: AbstractSet[str]) -> Any:
    """(a, b) > (x, y), which an index on them answers at once; written out when the directions differ, or values may
    be missing. The first has a value, unless it is one of `nullable`.
    """
    directions = {is_down for _, is_down in order}
    if len(directions) == 1 and nullable.isdisjoint(column for column, _ in order):
        sign = "<" if directions == {True} else ">"
        return _Compared(*(F(column) for column, _ in order), *values, sign=sign)
    behind, same = Q(), Q()
    for (column, is_down), value in zip(order, values, strict=True):
        # Nothing is below no value.
        if not (value is None and is_down):
            behind |= same & _beyond(column, value, is_down=is_down, may_be_null=column in nullable)
        same &= Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    (first, is_down), start = order[0], values[0]
    # Said beside it, so that an index begins there.
    return behind if first in nullable else behind & Q(**{f"{first}__{'lte' if is_down else 'gte'}": start})


def _beyond(column: str, value: Value | None, *, is_down: bool, may_be_null: bool) -> Q:
    """Below this value, or above it; what has none is below all others."""
    if value is None:
        return Q(**{f"{column}__isnull": False})
    beyond = Q(**{f"{column}__{'lt' if is_down else 'gt'}": value})
    return beyond | Q(**{f"{column}__isnull": True}) if is_down and may_be_null else beyond


class _Compared(Func):
    """Two rows of as many values each, compared from left to right."""

    output_field = BooleanField()
    conditional = True

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        texts = [text for text, _ in parts]
        half = len(texts) // 2
        text = f"({', '.join(texts[:half])}) {self.extra['sign']} ({', '.join(texts[half:])})"
        return text, [parameter for _, given in parts for parameter in given]
