"""Words that a row must contain, so that an index on trigrams finds them among millions; the same for all doors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, F, Func, OrderBy, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import NullIf

from accounts.sql import Sql, run

WORDS = 5
LONGEST = 100
# Shorter words have no trigram to look for: in large tables they are taken for a beginning.
TRIGRAM = 3
# Frequent words meet in a bitmap that must not be rounded to whole pages.
WIDE = Sql("SET LOCAL work_mem = '64MB'")


def containing(
    rows: QuerySet[Any], columns: Collection[str], typed: str, *, prefix: str = "", is_large: bool = True
) -> QuerySet[Any]:
    """Those in which each word stands in one of the columns; `prefix` leads to them ("account__").

    Of a table that is not large, short words may stand anywhere, too. The first `WORDS` words count.
    """
    for word in words_of(typed):
        lookup = "istartswith" if is_large and len(word) < TRIGRAM else "icontains"
        found = Q()
        for column in columns:
            found |= Q(**{f"{prefix}{column}__{lookup}": word})
        rows = rows.filter(found)
    return rows


def words_of(typed: str) -> list[str]:
    """The words that count: without those of signs alone, as in “Johnson & Johnson”, unless there are no others."""
    words = typed.replace("\0", "")[:LONGEST].split()
    spoken = [word for word in words if any(sign.isalnum() for sign in word)]
    return (spoken or words)[:WORDS]


def found_ids(found: QuerySet[Any], *, at_most: int) -> list[int]:
    """Of what a search finds in a large table, so many, in no order.

    Finding some thousand rows takes an index on trigrams, or few steps when nearly all fit; sorting them is little
    work, by what has no index (`by_itself`).
    """
    with transaction.atomic():
        run(WIDE)
        return list(found.order_by().values_list("pk", flat=True)[:at_most])


def is_one_of(ids: Sequence[int]) -> Q:
    """One parameter: ten thousand of them take longer to send than the rest of a page. No subquery, which the planner
    would merge with all rows in the order of their ids.
    """
    array = RawSQL("%s::bigint[]", [list(ids)])
    found = Func(F("pk"), array, template="%(expressions)s", arg_joiner=" = ANY", output_field=BooleanField())
    return Q(found)


def by_itself(term: Any) -> OrderBy:
    """The same order by an expression that no index has: few rows are looked up by their ids and then sorted. The
    planner would rather walk an index past a million others.
    """
    if isinstance(term, str):
        term = OrderBy(F(term.lstrip("-")), descending=term.startswith("-"))
    return OrderBy(
        NullIf(term.expression, Value(None)),
        descending=term.descending,
        nulls_first=term.nulls_first,
        nulls_last=term.nulls_last,
    )
