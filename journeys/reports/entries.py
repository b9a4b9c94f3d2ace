"""The list behind a number: exactly the accounts that it counts (spec 1.11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from accounts.sql import EMPTY, Sql, join, row, rows, sql
from journeys.models import Entry

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")
# Counts are exact up to here, then "more than".
EXACT_TO = 10_000


class Behind(TextChoices):
    """Which number of a node the list is behind."""

    ENTERED = "entered", "Entered"
    THERE = "there", "There now"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"
    FAILED = "failed", "Failed"


@dataclass(frozen=True)
class Wanted:
    """Which entries of a journey are asked for."""

    journey_id: int
    node_id: int | None = None
    behind: Behind = Behind.ENTERED
    status: int | None = None
    search: str = ""


def page(wanted: Wanted, *, after: int = 0, size: int = 50) -> list[int]:
    """Ids of the next entries by id, one query on an index however many there are."""
    return [
        entry for (entry,) in rows(sql("{ids} ORDER BY id LIMIT {size}", ids=_ids(wanted, after), size=size))
    ]


def count(wanted: Wanted) -> tuple[int, bool]:
    """How many there are, and whether that is all: exact up to 10,000, then "more than"."""
    found = row(
        sql("SELECT count(*) FROM ({ids} LIMIT {limit}) AS counted", ids=_ids(wanted, 0), limit=EXACT_TO + 1)
    )
    n = int(found[0]) if found else 0
    return min(n, EXACT_TO), n <= EXACT_TO


def _ids(wanted: Wanted, after: int) -> Sql:
    chosen = _of_journey(wanted, after) if wanted.node_id is None else _of_node(wanted, after)
    if not wanted.search:
        return sql("SELECT id FROM ({chosen}) AS chosen WHERE true", chosen=chosen)
    pattern = "%" + wanted.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return sql(
        "SELECT chosen.id FROM ({chosen}) AS chosen JOIN journeys_entry AS found ON found.id = chosen.id"
        " JOIN accounts_account AS account ON account.id = found.account_id"
        " WHERE upper(account.name) LIKE upper({pattern})",
        chosen=chosen, pattern=pattern,
    )  # fmt: skip


def _of_journey(wanted: Wanted, after: int) -> Sql:
    """One piece a status: the index (journey, status, id) gives each in order, and PostgreSQL merges them."""
    statuses = [wanted.status] if wanted.status else [int(status) for status in Entry.Status]
    return join(" UNION ALL ", [
        sql(
            "SELECT id FROM journeys_entry WHERE journey_id = {journey} AND status = {status} AND id > {after}",
            journey=wanted.journey_id, status=status, after=after,
        )
        for status in statuses
    ])  # fmt: skip


def _of_node(wanted: Wanted, after: int) -> Sql:
    there = sql(
        "SELECT id FROM journeys_entry WHERE node_id = {node} AND status IN {inside} AND id > {after}",
        node=wanted.node_id, inside=INSIDE, after=after,
    )  # fmt: skip
    if wanted.behind == Behind.THERE:
        return there
    if wanted.behind == Behind.FAILED:
        return sql(
            "SELECT entry_id AS id FROM journeys_entryfailure WHERE node_id = {node} AND entry_id > {after}",
            node=wanted.node_id, after=after,
        )  # fmt: skip
    visited = sql(
        "SELECT entry_id AS id FROM journeys_visit WHERE node_id = {node} AND entry_id > {after}{which}",
        node=wanted.node_id, after=after, which=_WHICH[wanted.behind],
    )  # fmt: skip
    return sql("{a} UNION ALL {b}", a=visited, b=there) if wanted.behind == Behind.ENTERED else visited


_WHICH = {
    Behind.ENTERED: EMPTY,
    Behind.DONE: Sql(" AND done > 0"),
    Behind.SKIPPED: Sql(" AND skipped > 0"),
}
