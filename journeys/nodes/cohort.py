"""Entries that travel together, as Python knows them: opaque texts that the server wrote and reads again.

A batch of 5,000 entries is a few strings here; no id is ever parsed (docs/engine.md, Statements of a batch).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.sql import Sql, join, sql


@dataclass(frozen=True)
class Part:
    """Entries whose visit here has the same number: two arrays (as text), element for element, by account id."""

    visit: int
    entries: str
    accounts: str
    n: int
    # They were here when they were claimed: the arrival is in the entry's row, not this moment.
    claimed: bool = False


@dataclass(frozen=True)
class Cohort:
    """Entries at one node. Paths of different lengths that merge bring parts with different visit numbers."""

    parts: tuple[Part, ...] = ()

    @property
    def n(self) -> int:
        return sum(part.n for part in self.parts)

    @property
    def subject(self) -> Sql:
        """The relation (entry_id, account_id), to go after FROM."""
        pieces = [_pairs(part) for part in self.parts]
        return sql("({pieces})", pieces=join(" UNION ALL ", pieces))

    def visits(self, now: datetime) -> Sql:
        """The relation (entry_id, account_id, visit, arrived_at), to go after FROM."""
        pieces = [_claimed(part) if part.claimed else _arrived(part, now) for part in self.parts]
        return sql("({pieces})", pieces=join(" UNION ALL ", pieces))

    def onward(self) -> Cohort:
        """The same entries at their next visit."""
        return Cohort(tuple(replace(part, visit=part.visit + 1, claimed=False) for part in self.parts))

    def __add__(self, other: Cohort) -> Cohort:
        """Both together; parts of the same visit number become one by joining their texts."""
        merged = dict[tuple[int, bool], Part]()
        for part in (*self.parts, *other.parts):
            same = merged.get((part.visit, part.claimed))
            merged[part.visit, part.claimed] = _joined(same, part) if same else part
        return Cohort(tuple(merged.values()))

    def __bool__(self) -> bool:
        return bool(self.parts)


def cohort(rows: Iterable[tuple[int, str, str, int]], *, claimed: bool = False) -> Cohort:
    """From rows of (visit number, entry ids, account ids, count), the ids as array text."""
    return Cohort(tuple(Part(visit, entries, accounts, n, claimed) for visit, entries, accounts, n in rows))


# The columns of `cohort`, over a relation with entry_id, account_id, visit that is grouped by visit.
COHORT_COLUMNS = Sql(
    "visit, array_agg(entry_id ORDER BY account_id)::text, array_agg(account_id ORDER BY account_id)::text, count(*)"
)


def _joined(one: Part, other: Part) -> Part:
    entries, accounts = (
        f"{a[:-1]},{b[1:]}" for a, b in ((one.entries, other.entries), (one.accounts, other.accounts))
    )
    return replace(one, entries=entries, accounts=accounts, n=one.n + other.n)


def _pairs(part: Part) -> Sql:
    return sql(
        "SELECT entry_id, account_id"
        " FROM unnest({entries}::bigint[], {accounts}::bigint[]) AS pair (entry_id, account_id)",
        entries=part.entries, accounts=part.accounts,
    )  # fmt: skip


def _arrived(part: Part, now: datetime) -> Sql:
    return sql(
        "SELECT entry_id, account_id, {visit}::integer AS visit, {now}::timestamptz AS arrived_at"
        " FROM unnest({entries}::bigint[], {accounts}::bigint[]) AS pair (entry_id, account_id)",
        visit=part.visit, now=now, entries=part.entries, accounts=part.accounts,
    )  # fmt: skip


def _claimed(part: Part) -> Sql:
    return sql(
        "SELECT pair.entry_id, pair.account_id, entry.visit, entry.arrived_at"
        " FROM unnest({entries}::bigint[], {accounts}::bigint[]) AS pair (entry_id, account_id)"
        " JOIN journeys_entry AS entry ON entry.id = pair.entry_id",
        entries=part.entries, accounts=part.accounts,
    )  # fmt: skip
