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
    # They were here when they were claimed: they arrived earlier than this moment.
    claimed: bool = False
    # When all of them arrived, if they were claimed and came together; else each entry's row says when.
    arrived: datetime | None = None

    @property
    def apart(self) -> bool:
        """Only the rows of the entries say when they arrived."""
        return self.claimed and self.arrived is None


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
        pieces = [
            _claimed(part) if part.apart else _arrived(part, part.arrived or now) for part in self.parts
        ]
        return sql("({pieces})", pieces=join(" UNION ALL ", pieces))

    def onward(self) -> Cohort:
        """The same entries at their next visit."""
        return Cohort(
            tuple(replace(part, visit=part.visit + 1, claimed=False, arrived=None) for part in self.parts)
        )

    def __add__(self, other: Cohort) -> Cohort:
        """Both together; parts of the same visit number become one by joining their texts."""
        merged = dict[tuple[int, bool, datetime | None], Part]()
        for part in (*self.parts, *other.parts):
            alike = part.visit, part.claimed, part.arrived
            merged[alike] = _joined(merged[alike], part) if alike in merged else part
        return Cohort(tuple(merged.values()))

    def __bool__(self) -> bool:
        return bool(self.parts)


def cohort(
    rows: Iterable[tuple[int, str, str, int]], *, claimed: bool = False, arrived: datetime | None = None
) -> Cohort:
    """From rows of (visit number, entry ids, account ids, count), the ids as array text."""
    return Cohort(tuple(Part(*columns, claimed, arrived) for columns in rows))


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


def _arrived(part: Part, then: datetime) -> Sql:
    return sql(
        "SELECT entry_id, account_id, {visit}::integer AS visit, {then}::timestamptz AS arrived_at"
        " FROM unnest({entries}::bigint[], {accounts}::bigint[]) AS pair (entry_id, account_id)",
        visit=part.visit, then=then, entries=part.entries, accounts=part.accounts,
    )  # fmt: skip


def _claimed(part: Part) -> Sql:
    return sql(
        "SELECT pair.entry_id, pair.account_id, entry.visit, entry.arrived_at"
        " FROM unnest({entries}::bigint[], {accounts}::bigint[]) AS pair (entry_id, account_id)"
        " JOIN journeys_entry AS entry ON entry.id = pair.entry_id",
        entries=part.entries, accounts=part.accounts,
    )  # fmt: skip
