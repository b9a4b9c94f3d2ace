"""Which locks a call takes, in which order: told from its statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from journeys.engine import fence

# The documented order (docs/engine.md, design/engine.md 1.1, 1.4): what comes later is never followed by what comes first.
ORDER = ("journey fence", "admitting fence", "accounts", "people", "rest")

ADVISORY = re.compile(r"pg_(?:try_)?advisory_xact_lock(?:_shared)?\((%s|\d+), ?(%s|\d+)(?:::int)?\)")
FENCES = {fence.MOVING: "journey fence", fence.ADMITTING: "admitting fence"}
ROWS = re.compile(r"FOR (?:NO KEY )?UPDATE")
WRITES = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE)|\b(?:INSERT INTO|UPDATE \"?\w+\"? (?:AS \w+ )?SET|DELETE FROM)")


@dataclass(frozen=True)
class Lock:
    what: str
    # Of a fence, its journey; of rows, whether they are locked in the order of their ids.
    key: int = 0
    in_order: bool = True


def taken(call: Callable[[], object]) -> list[list[Lock]]:
    """The locks of each transaction of the call, in order; a statement that locks nothing is left out."""
    transactions: list[list[Lock]] = [[]]

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        transactions[-1].extend(locks_of(statement, list(params or ())))
        return execute(statement, params, many, context)

    committed = connection._commit  # type: ignore[attr-defined]

    def commit() -> None:
        transactions.append([])
        committed()

    connection._commit = commit  # type: ignore[attr-defined]
    try:
        with connection.execute_wrapper(watch):
            call()
    finally:
        del connection._commit  # type: ignore[attr-defined]
    return [locks for locks in transactions if locks]


def locks_of(statement: str, params: list[Any]) -> list[Lock]:
    if found := list(ADVISORY.finditer(statement)):
        return [lock for match in found if (lock := _advisory(statement, match, params))]
    if ROWS.search(statement):
        return [_rows(statement)]
    return [Lock("rest")] if WRITES.search(statement) else []


def _advisory(statement: str, match: re.Match[str], params: list[Any]) -> Lock | None:
    before = statement[: match.start()].count("%s")
    values = iter(params[before:])
    kind, key = (int(next(values)) if group == "%s" else int(group) for group in match.groups())
    return Lock(FENCES[kind], key) if kind in FENCES else None


def _rows(statement: str) -> Lock:
    table = next((what for name, what in (("accounts_account", "accounts"), ("accounts_person", "people")) if _locks(statement, name)), "rest")
    in_order = bool(re.search(r"ORDER BY \"?(?:\w+\"?\.\"?)?id\"?", statement)) or "SKIP LOCKED" in statement
    # One row has no order.
    return Lock(table, in_order=in_order or " = %s" in statement or "LIMIT 1" in statement)


def _locks(statement: str, table: str) -> bool:
    """Whether the rows that are locked are those of this table."""
    of = re.search(r"FOR (?:NO KEY )?UPDATE OF \"?(\w+)", statement)
    from_table = re.search(rf"FROM \"?{table}\"?(?:\s|$)|JOIN \"?{table}\"? AS (\w+)", statement)
    if of and from_table and from_table.group(1):
        return of.group(1) in (from_table.group(1), table)
    return bool(re.search(rf"FROM \"?{table}\"?(?:\s|$)", statement))


def out_of_order(locks: list[Lock]) -> str:
    """The first lock that comes too late; empty when there is none."""
    for before, after in zip(locks, locks[1:], strict=False):
        if ORDER.index(after.what) < ORDER.index(before.what):
            return f"{after.what} after {before.what}"
        if after.what == before.what and after.key < before.key:
            return f"{after.what} {after.key} after {before.key}"
    return next((f"{lock.what} in no order" for lock in locks if not lock.in_order), "")
