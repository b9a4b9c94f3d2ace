"""Values of generated rows: each follows from the row's number `n`, so that every run makes the same world."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User

from accounts.sql import Sql, sql
from tests.benchmarks.pages_journey import NOW

STAFF = 30

# So long ago, from three years to a minute, the newest with the highest number.
AGO = "{now}::timestamptz - ({count} - n) * (interval '3 years' / {count})"


def pick(words: Sequence[str], salt: int) -> Sql:
    """One of these words, which follows from the row's number `n`."""
    return sql("({words}::text[])[1 + {draw}]", words=list(words), draw=draw(salt, len(words)))


def draw(salt: int, sides: int) -> Sql:
    """A number from 0 to sides - 1 that follows from the row's number `n`."""
    return Sql(f"((hashint8extended(n, {salt}) & 1073741823) %% {sides})::int")


def ago(count: int) -> Sql:
    return sql(AGO, now=NOW, count=Sql(str(count)))


def somebody(salt: int) -> Sql:
    """The id of one of the staff."""
    return sql("({first} + {draw})", first=User.objects.get(username="staff00").pk, draw=draw(salt, STAFF))
