"""One filter on one value as SQL, by the type of the value. No expression here is ever NULL.

Text is compared with the database's `lower` on both sides, so that all doors agree
(docs/engine.md, Text). A missing value satisfies is_empty and the negative operators only (spec 1.9).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.conditions.grammar import Filter
from accounts.conditions.operators import DENIES, Operator, Type
from accounts.sql import Sql, join, sql

# What is trimmed off a text, in Python and in SQL alike. The last one is the no-break space.
# To PostgreSQL \v is the letter v, and no vertical tab.
SPACES = " \t\n\r\f\v\u00a0"
SPACES_SQL = Sql(r"E' \t\n\r\f\x0B\u00A0'")
SEEN_TEXT = 100  # characters
NOBODY = Sql("SELECT NULL::bigint WHERE FALSE")
DAY = timedelta(days=1)


def predicate(type: Type, value: Sql, filter: Filter, now: datetime) -> Sql:
    """Whether the value (NULL: missing) satisfies the filter."""
    operator, wanted = Operator(filter["operator"]), filter.get("value")
    if type in (Type.TEXT, Type.CHOICE):
        value = sql("lower(btrim({value}, {spaces}))", value=value, spaces=SPACES_SQL)
        value = sql("NULLIF({value}, '')", value=value)
    if operator is Operator.IS_EMPTY:
        return sql("{value} IS NULL", value=value)
    if operator is Operator.IS_NOT_EMPTY:
        return sql("{value} IS NOT NULL", value=value)
    positive = _POSITIVE[type](value, DENIES.get(operator, operator), wanted, now)
    return sql(
        "({positive}) IS NOT TRUE" if operator in DENIES else "({positive}) IS TRUE", positive=positive
    )


def as_seen(type: Type, value: Sql) -> Sql:
    """The value as jsonb, cut so that it stays small."""
    if type in (Type.TEXT, Type.CHOICE):
        return sql("to_jsonb(left({value}, {length}))", value=value, length=SEEN_TEXT)
    return sql("to_jsonb({value})", value=value)


def crossings(type: Type, filter: Filter, start: datetime, end: datetime) -> Sql | None:
    """Nobody, when a relative filter on a date cannot turn between the two instants; else not known.

    A date enters or leaves the last n hours or days only when a bound comes to lie on another day.
    """
    if type is not Type.DATE:
        return None
    return NOBODY if _days(filter["value"], start) == _days(filter["value"], end) else None


def period(value: Filter) -> timedelta:
    """`{"value": 30, "unit": "days"}` as a length of time."""
    return timedelta(**{value["unit"]: value["value"]})


def many(value: Any) -> list[Any]:
    """One or several values as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


# --- By type; each gives an expression that is NULL only where the value is --------------------------------


def _text(value: Sql, operator: Operator, wanted: Any, now: datetime) -> Sql:
    texts = [str(text).strip(SPACES) for text in many(wanted)]
    if operator is Operator.IS:
        return sql("{value} = ANY(ARRAY[{texts}])", value=value, texts=_lowered(texts))
    before = "" if operator is Operator.STARTS_WITH else "%"
    after = "" if operator is Operator.ENDS_WITH else "%"
    patterns = [f"{before}{_literally(text)}{after}" for text in texts]
    return sql("{value} LIKE ANY(ARRAY[{patterns}])", value=value, patterns=_lowered(patterns))


def _lowered(texts: list[str]) -> Sql:
    return join(", ", [sql("lower({text}::text)", text=text) for text in texts])


def _literally(text: str) -> str:
    """The text with LIKE's own characters escaped."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


COMPARISONS = {
    Operator.LESS_THAN: Sql("<"),
    Operator.AT_MOST: Sql("<="),
    Operator.GREATER_THAN: Sql(">"),
    Operator.AT_LEAST: Sql(">="),
}


def _number(value: Sql, operator: Operator, wanted: Any, now: datetime) -> Sql:
    if operator is Operator.IS:
        numbers = join(", ", [sql("{number}", number=_exact(number)) for number in many(wanted)])
        return sql("{value} = ANY(ARRAY[{numbers}])", value=value, numbers=numbers)
    if operator is Operator.BETWEEN:
        low, high = _exact(wanted["from"]), _exact(wanted["to"])
        return sql("{value} BETWEEN {low} AND {high}", value=value, low=low, high=high)
    return sql("{value} {sign} {number}", value=value, sign=COMPARISONS[operator], number=_exact(wanted))


def _exact(number: Any) -> int | Decimal:
    return number if isinstance(number, int) else Decimal(str(number))


def _yes_no(value: Sql, operator: Operator, wanted: Any, now: datetime) -> Sql:
    return sql("{value} = {wanted}", value=value, wanted=wanted)


def _date(value: Sql, operator: Operator, wanted: Any, now: datetime) -> Sql:
    if operator is Operator.IN_LAST:
        first, last = _days(wanted, now)
    elif operator is Operator.BETWEEN:
        first, last = date.fromisoformat(wanted["from"]), date.fromisoformat(wanted["to"])
    else:
        first = last = date.fromisoformat(wanted)
    if operator is Operator.BEFORE:
        return sql("{value} < {first}::date", value=value, first=first)
    if operator is Operator.AFTER:
        return sql("{value} > {last}::date", value=value, last=last)
    return sql("{value} BETWEEN {first}::date AND {last}::date", value=value, first=first, last=last)


def _days(value: Filter, now: datetime) -> tuple[date, date]:
    """First and last day that lie, if only in part, in the period before `now`; days are those of UTC."""
    now = now.astimezone(UTC)
    return (now - period(value)).date(), now.date()


def _time(value: Sql, operator: Operator, wanted: Any, now: datetime) -> Sql:
    if operator is Operator.IN_LAST:
        first, end = now - period(wanted), now
        return sql(
            "{value} > {first}::timestamptz AND {value} <= {end}::timestamptz",
            value=value,
            first=first,
            end=end,
        )
    if operator is Operator.BETWEEN:
        first, end = _bounds(wanted["from"])[0], _bounds(wanted["to"])[1]
    else:
        first, end = _bounds(wanted)
    if operator is Operator.BEFORE:
        return sql("{value} < {first}::timestamptz", value=value, first=first)
    if operator is Operator.AFTER:
        return sql("{value} > {end}::timestamptz", value=value, end=end)
    return sql(
        "{value} BETWEEN {first}::timestamptz AND {end}::timestamptz", value=value, first=first, end=end
    )


def _bounds(text: str) -> tuple[datetime, datetime]:
    """First and last microsecond of a day (of UTC) or an instant."""
    if len(text) > len("2027-03-01"):
        instant = datetime.fromisoformat(text)
        return instant, instant
    start = datetime.combine(date.fromisoformat(text), time(), UTC)
    return start, start + DAY - timedelta(microseconds=1)


_POSITIVE: dict[Type, Callable[[Sql, Operator, Any, datetime], Sql]] = {
    Type.TEXT: _text,
    Type.CHOICE: _text,
    Type.NUMBER: _number,
    Type.YES_NO: _yes_no,
    Type.DATE: _date,
    Type.TIME: _time,
}
