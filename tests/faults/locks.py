"""Which locks a call takes, in which order: told from its statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.lists import LOCK_CLASS
from journeys.engine import fence

# The documented order (docs/engine.md, "The order of locks").
ORDER = ("journey fence", "admitting fence", "journey", "names", "accounts", "people", "rest")

ADVISORY = re.compile(r"pg_(?:try_)?advisory_xact_lock(?:_shared)?\((%s|\d+), ?(%s|\d+)(?:::int)?\)")
FENCES = {fence.MOVING: "journey fence", fence.ADMITTING: "admitting fence"}
TABLES = {"journeys_journey": "journey", "accounts_account": "accounts", "accounts_person": "people"}
ROWS = re.compile(r"FOR (?:NO KEY )?UPDATE")
NEVER_WAITS = re.compile(r"\b(?:SKIP LOCKED|NOWAIT)\b")
WRITES = re.compile(
    r"^\s*(?:INSERT|UPDATE|DELETE)|\b(?:INSERT INTO|UPDATE \"?\w+\"? (?:AS \w+ )?SET|DELETE FROM)"
)
# Temporary tables are their session's own.
PRIVATE = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM) import_row\b")


@dataclass(frozen=True)
class Lock:
    what: str
    # Of a fence, its journey; of rows, whether they are locked in the order of their ids.
    key: int = 0
    in_order: bool = True
    # Nobody is waited for: it is had at once or not at all.
    tries: bool = False


def taken(call: Callable[[], object]) -> list[list[Lock]]:
    """The locks of each transaction of the call, in order; a statement that locks nothing is left out."""
    transactions: list[list[Lock]] = [[]]

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        transactions[-1].extend(locks_of(statement, list(params or ())))
        if not connection.in_atomic_block:
            transactions.append([])
        return execute(statement, params, many, context)

    ends = {name: getattr(connection, name) for name in ("_commit", "_rollback")}

    def ending(end: Callable[[], None]) -> Callable[[], None]:
        def act() -> None:
            transactions.append([])
            end()

        return act

    for name, end in ends.items():
        setattr(connection, name, ending(end))
    try:
        with connection.execute_wrapper(watch):
            call()
    finally:
        for name in ends:
            delattr(connection, name)
    return [locks for locks in transactions if locks]


def locks_of(statement: str, params: list[Any]) -> list[Lock]:
    if found := list(ADVISORY.finditer(statement)):
        return [lock for match in found if (lock := _advisory(statement, match, params))]
    if ROWS.search(statement):
        return [_rows(statement)]
    return [Lock("rest")] if WRITES.search(statement) and not PRIVATE.search(statement) else []


def _advisory(statement: str, match: re.Match[str], params: list[Any]) -> Lock | None:
    before = statement[: match.start()].count("%s")
    values = iter(params[before:])
    kind, key = (int(next(values)) if group == "%s" else int(group) for group in match.groups())
    if (kind, key) == (LOCK_CLASS, 0):
        return Lock("names")
    return Lock(FENCES[kind], key, tries="_try_" in match.group()) if kind in FENCES else None


def _rows(statement: str) -> Lock:
    table = next(
        (what for name, what in TABLES.items() if _locks(statement, name)),
        "rest",
    )
    in_order = bool(re.search(r"ORDER BY \"?(?:\w+\"?\.\"?)?id\"?|ORDER BY 1 ", statement))
    # One row has no order.
    alone = re.search(r"WHERE .*\bid\"? = (?:%s|1)\b", statement)
    return Lock(table, in_order=in_order or bool(alone), tries=bool(NEVER_WAITS.search(statement)))


def _locks(statement: str, table: str) -> bool:
    """Whether the rows that are locked are those of this table."""
    of = re.search(r"FOR (?:NO KEY )?UPDATE OF \"?(\w+)", statement)
    from_table = re.search(rf"FROM \"?{table}\"?(?:\s|$)|JOIN \"?{table}\"? AS (\w+)", statement)
    if of and from_table and from_table.group(1):
        return of.group(1) in (from_table.group(1), table)
    return bool(re.search(rf"FROM \"?{table}\"?(?:\s|$)", statement))


def out_of_order(locks: list[Lock]) -> str:
    """The first lock that is waited for while one of a later place is held; empty when there is none."""
    for n, lock in enumerate(locks):
        if lock.tries:
            continue
        if not lock.in_order:
            return f"{lock.what} in no order"
        for held in locks[:n]:
            if (ORDER.index(lock.what), lock.key) < (ORDER.index(held.what), held.key):
                return f"{lock.what} {lock.key} after {held.what} {held.key}"
    return ""


def shortly(locks: list[Lock]) -> list[tuple[str, int]]:
    """The order, repetitions left out."""
    found: list[tuple[str, int]] = []
    for lock in locks:
        if (lock.what, lock.key) not in found:
            found.append((lock.what, lock.key))
    return found
