"""The list behind a number: exactly the accounts that it counts (spec 1.11)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.sql import EMPTY, Sql, join, row, rows, sql
from journeys.models import Entry

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")
# Counts are exact up to here, then "more than".
EXACT_TO = 10_000
# Letters from which on a search goes anywhere in a name.
TRIGRAM = 3


class Behind(TextChoices):
    """Which number of a node the list is behind."""

    ENTERED = "entered", _("Entered")
    THERE = "there", _("There now")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")
    UNMATCHED = "unmatched", _("Matched no path")


Status, Reason = Entry.Status, Entry.Reason
ENDED_AS = {
    Reason.COMPLETED: Status.COMPLETED, Reason.NO_PATH_MATCHED: Status.COMPLETED, Reason.TIMED_OUT: Status.COMPLETED,
    Reason.REMOVED_BY_STAFF: Status.REMOVED, Reason.REMOVED_BY_JOURNEY: Status.REMOVED,
    Reason.JOURNEY_ABORTED: Status.ABORTED,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which entries of a journey are asked for."""

    journey_id: int
    node_id: int | None = None
    behind: Behind = Behind.ENTERED
    status: int | None = None
    reason: int | None = None
    search: str = ""
    # The journey is aborted: nobody is inside, whatever the rows say (reports/standing.py).
    is_aborted: bool = False


def page(wanted: Wanted, *, after: int = 0, size: int = 50) -> list[int]:
    """Ids of the next entries by id, one query, each piece of it on an index however many there are."""
    return [entry for (entry,) in rows(_ids(wanted, after, Sql(" ORDER BY id"), size))]


def count(wanted: Wanted) -> tuple[int, bool]:
    """How many there are, and whether that is all: exact up to 10,000, then "more than"."""
    ids = _ids_by_account(wanted) if wanted.search else _ids(wanted, 0, EMPTY, EXACT_TO + 1)
    found = row(sql("SELECT count(*) FROM ({ids}) AS counted", ids=ids))
    n = int(found[0]) if found else 0
    return min(n, EXACT_TO), n <= EXACT_TO


def _ids_by_account(wanted: Wanted) -> Sql:
    """So many of what a search finds, from account to account: for a frequent word it need not look at all of them.

    OFFSET 0 keeps the planner to this order; it would rather join half a million entries with all accounts of the name.
    """
    here = sql(
        " AND entry.account_id = account.id AND entry.journey_id = {journey}", journey=wanted.journey_id
    )
    pieces = join(" UNION ALL ", _pieces(wanted, 0, _Search(EMPTY, here)))
    return sql(
        "SELECT found.id FROM (SELECT id FROM accounts_account AS account WHERE {name} OFFSET 0) AS account"
        " CROSS JOIN LATERAL (SELECT id FROM ({pieces}) AS piece OFFSET 0) AS found LIMIT {size}",
        name=_named(wanted), pieces=pieces, size=EXACT_TO + 1,
    )  # fmt: skip


def _ids(wanted: Wanted, after: int, order: Sql, size: int) -> Sql:
    """So many of all pieces; none of them gives more than that, so that none is read to its end."""
    pieces = [
        sql("({piece}{order} LIMIT {size})", piece=piece, order=order, size=size)
        for piece in _pieces(wanted, after, _search(wanted))
    ]
    together = join(" UNION ALL ", pieces)
    return sql(
        "SELECT id FROM ({together}) AS found{order} LIMIT {size}", together=together, order=order, size=size
    )


@dataclass(frozen=True)
class _Search:
    """How the entries of accounts of a name are found: what is joined, and what must hold."""

    join: Sql = EMPTY
    where: Sql = EMPTY

    def __bool__(self) -> bool:
        return bool(self.join or self.where)


def _pieces(wanted: Wanted, after: int, search: _Search) -> list[Sql]:
    """Statements that give the ids, no id twice."""
    if wanted.node_id is None:
        return _of_journey(wanted, after, search)
    inside = sql("entry.node_id = {node} AND entry.status IN {inside}", node=wanted.node_id, inside=INSIDE)
    there = _entries(inside, after, search)
    nobody = _entries(Sql("FALSE"), after, search)
    visited = _of_node("journeys_visit", wanted, after, _acted(wanted), search)
    unmatched = sql(
        "entry.journey_id = {journey} AND entry.reason = {reason} AND entry.node_id = {node}",
        journey=wanted.journey_id, reason=int(Reason.NO_PATH_MATCHED), node=wanted.node_id,
    )  # fmt: skip
    match wanted.behind:
        case Behind.THERE:
            return [nobody if wanted.is_aborted else there]
        case Behind.FAILED:
            if wanted.is_aborted:
                return [nobody]
            return [_of_node("journeys_entryfailure", wanted, after, EMPTY, search)]
        case Behind.UNMATCHED:
            return [_entries(unmatched, after, search)]
        case Behind.ENTERED:
            return [visited, there]
    return [visited]


def _of_journey(wanted: Wanted, after: int, search: _Search) -> list[Sql]:
    """One piece a status: the index (journey, status, id) gives each in order. A search has an order of its own."""
    mine = sql("entry.journey_id = {journey}", journey=wanted.journey_id)
    if wanted.reason:
        return [_entries(sql("{mine} AND {ended}", mine=mine, ended=_ended(wanted)), after, search)]
    if wanted.search and not wanted.status:
        return [_entries(mine, after, search)]
    pieces = [
        _entries(sql("{mine} AND entry.status = {status}", mine=mine, status=status), after, search)
        for status in _statuses(wanted)
    ]
    return pieces or [_entries(Sql("FALSE"), after, search)]


def _ended(wanted: Wanted) -> Sql:
    """Which entries ended for the reason: it has an index, but where it is that of nearly all who ended so."""
    status = ENDED_AS[Reason(wanted.reason or 0)]
    if wanted.status not in (None, status):
        return Sql("FALSE")
    if status == Status.ABORTED:
        statuses = join(
            ", ", [sql("{status}", status=one) for one in _statuses(replace(wanted, status=status))]
        )
        return sql("entry.status IN ({statuses})", statuses=statuses)
    because = sql("entry.reason = {reason}", reason=wanted.reason)
    if wanted.reason == Reason.COMPLETED:
        return sql("entry.status = {status} AND {because}", status=int(status), because=because)
    return because


def _statuses(wanted: Wanted) -> list[int]:
    """The statuses of the rows that stand as is wanted."""
    if not wanted.status:
        return [int(status) for status in Entry.Status]
    if not wanted.is_aborted:
        return [wanted.status]
    if wanted.status == Entry.Status.ABORTED:
        return [int(status) for status in (Entry.Status.ABORTED, *Entry.INSIDE)]
    return [] if wanted.status in Entry.INSIDE else [wanted.status]


def _entries(which: Sql, after: int, search: _Search) -> Sql:
    return sql(
        "SELECT entry.id FROM journeys_entry AS entry{search} WHERE {which} AND entry.id > {after}{named}",
        search=search.join, which=which, after=after, named=search.where,
    )  # fmt: skip


def _of_node(table: str, wanted: Wanted, after: int, which: Sql, search: _Search) -> Sql:
    """Entries by what is recorded of them at the node: visits, failures."""
    entry = Sql(" JOIN journeys_entry AS entry ON entry.id = been.entry_id") if search else EMPTY
    return sql(
        "SELECT been.entry_id AS id FROM {table} AS been{entry}{search}"
        " WHERE been.node_id = {node} AND been.entry_id > {after}{which}{named}",
        table=Sql(table), entry=entry, search=search.join, node=wanted.node_id, after=after, which=which,
        named=search.where,
    )  # fmt: skip


def _search(wanted: Wanted) -> _Search:
    """The account beside its entry, if one is searched for."""
    if not wanted.search:
        return _Search()
    on = sql(
        " JOIN accounts_account AS account ON account.id = entry.account_id AND {name}", name=_named(wanted)
    )
    return _Search(on)


def _named(wanted: Wanted) -> Sql:
    """Accounts whose name contains it; begins with it when it is too short for an index on trigrams.

    Every domain is "" or behind it: said only so that the index on names does not look as if it held all that is
    needed. Read from end to end it would take longer than the index on trigrams.
    """
    plain = wanted.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    pattern = f"%{plain}%" if len(wanted.search) >= TRIGRAM else f"{plain}%"
    return sql("upper(account.name) LIKE upper({pattern}) AND account.domain >= ''", pattern=pattern)


def _acted(wanted: Wanted) -> Sql:
    """Only actions do or skip anything: at other nodes a million visits would be looked through in vain."""
    if wanted.behind not in (Behind.DONE, Behind.SKIPPED):
        return EMPTY
    return sql(
        " AND been.{column} > 0 AND EXISTS (SELECT FROM journeys_node WHERE id = {node} AND kind = 'take_action')",
        column=Sql(wanted.behind.value), node=wanted.node_id,
    )  # fmt: skip
