"""What becomes of a batch that fails: the guilty entry is found by halving and set aside, nobody else waits for it.

Errors of the moment (a deadlock, a cut connection, a full disk) blame nobody. An entry is set aside when it
fails alone twice, or when its worker died alone with it three times. A node at which eight in a row fail alone
with the same error is broken itself: it is set aside instead, and its entries wait before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.utils import Error as DatabaseError

from accounts.sql import row, rows, run, sql
from journeys.engine import counters
from journeys.engine.claim import Picked, halve
from journeys.engine.walk import NodeFailed
from journeys.models import Entry, What

FAILS_ALONE = 2
DIES_ALONE = 3
SAME_IN_A_ROW = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
# Serialisation and deadlock, lock not available, operator intervention (a statement that took too long among it),
# a transaction that lay idle too long, connection, resources.
OF_THE_MOMENT = ("40", "55P03", "57", "25P03", "08", "53")


def is_of_the_moment(error: BaseException) -> bool:
    """Whether the error says nothing about the entries: it will pass."""
    cause = error.error if isinstance(error, NodeFailed) else error
    if not isinstance(cause, DatabaseError):
        return False
    state = getattr(cause.__cause__, "sqlstate", None)
    if state is None:
        return isinstance(cause, OperationalError | InterfaceError)
    return state.startswith(OF_THE_MOMENT)


def describe(error: Exception | str) -> str:
    """The error in a line for staff: what happened, without data of the entry or a stack."""
    if isinstance(error, str):
        return error
    cause = error.error if isinstance(error, NodeFailed) else error
    return f"{type(cause).__name__}: {str(cause).splitlines()[0] if str(cause) else 'no message'}"[:1000]


@dataclass
class Poison:
    """A worker's memory of what failed alone, to tell a bad entry from a broken node."""

    in_a_row: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    def handle(self, picked: Picked, journey_id: int, error: Exception, now: datetime) -> None:
        """Decide what becomes of a batch that raised; its transaction has been rolled back."""
        with transaction.atomic():
            if is_of_the_moment(error):
                run(sql("DELETE FROM journeys_batch WHERE id = {id}", id=picked.id))
            elif picked.size > 1:
                rows(halve(picked.id))
            elif picked.errors + 1 < FAILS_ALONE:
                run(
                    sql(
                        "UPDATE journeys_batch SET worker = NULL, errors = errors + 1 WHERE id = {id}",
                        id=picked.id,
                    )
                )
            else:
                self._blame(picked, journey_id, error, now)

    def passed(self, nodes: tuple[int, ...]) -> None:
        """A batch went through these nodes: what failed there before was not the node's fault."""
        for key in [key for key in self.in_a_row if key[0] in nodes]:
            del self.in_a_row[key]

    def _blame(self, picked: Picked, journey_id: int, error: Exception, now: datetime) -> None:
        if isinstance(error, NodeFailed) and wait_for_node(picked, error.node.id, now):
            return
        entry = set_aside(picked, journey_id, error, now)
        if entry is None or not isinstance(error, NodeFailed):
            return
        failed = self.in_a_row.setdefault((error.node.id, describe(error)), set())
        failed.add(entry)
        if len(failed) >= SAME_IN_A_ROW:
            park_node(journey_id, error, now)
            del self.in_a_row[error.node.id, describe(error)]


def set_aside(picked: Picked, journey_id: int, error: Exception | str, now: datetime) -> int | None:
    """Mark the one entry of a batch as failed, for staff to see; its id, or None if it is elsewhere by now."""
    owned = row(sql(
        "SELECT entry.id, entry.node_id FROM journeys_entry AS entry JOIN accounts_account AS account"
        " ON account.id = entry.account_id WHERE entry.id = ANY ({entries}::bigint[])"
        " ORDER BY account.id FOR NO KEY UPDATE OF account",
        entries=picked.entries,
    ))  # fmt: skip
    run(sql("DELETE FROM journeys_batch WHERE id = {id}", id=picked.id))
    if owned is None:
        return None
    node_id = error.node.id if isinstance(error, NodeFailed) else owned[1]
    changed = run(sql(
        "WITH failed AS (UPDATE journeys_entry SET status = {failed}, due_at = NULL"
        " WHERE id = {entry} AND status = {active}"
        " RETURNING id) INSERT INTO journeys_entryfailure (entry_id, node_id, error, failed_at)"
        " SELECT id, {node}, {error}, {now} FROM failed ON CONFLICT (entry_id) DO NOTHING",
        failed=int(Entry.Status.FAILED), active=int(Entry.Status.ACTIVE), entry=owned[0], node=node_id,
        error=describe(error), now=now,
    ))  # fmt: skip
    if not changed:
        return None
    counters.add(journey_id, {(node_id, What.FAILED): 1})
    return int(owned[0])


def wait_for_node(picked: Picked, node_id: int, now: datetime) -> bool:
    """Whether another worker has set the node aside meanwhile: then the entry waits before it, and is not blamed."""
    known = row(sql(
        "SELECT retry_at FROM journeys_nodetrouble WHERE node_id = {node} AND retry_at > {now}", node=node_id, now=now
    ))  # fmt: skip
    if known is None:
        return False
    run(sql("DELETE FROM journeys_batch WHERE id = {id}", id=picked.id))
    run(sql(
        "UPDATE journeys_entry SET due_at = {retry} WHERE id = ANY ({entries}::bigint[]) AND node_id = {node}"
        " AND status = {active}",
        retry=known[0], entries=picked.entries, node=node_id, active=int(Entry.Status.ACTIVE),
    ))  # fmt: skip
    return True


def park_node(journey_id: int, error: NodeFailed, now: datetime) -> None:
    """Set a node aside with a growing pause; the entries that failed there like this wait before it like all others.

    Who set them aside (other workers too) did not know better. Rows that somebody else holds are passed over:
    nobody is waited for, so nobody can wait for us in turn.
    """
    known = row(sql("SELECT attempts FROM journeys_nodetrouble WHERE node_id = {node}", node=error.node.id))
    retry_at = now + _pause(known[0] + 1 if known else 1)
    run(sql(
        "INSERT INTO journeys_nodetrouble (node_id, journey_id, error, since, retry_at, attempts)"
        " VALUES ({node}, {journey}, {error}, {now}, {retry}, 1) ON CONFLICT (node_id) DO UPDATE"
        " SET error = EXCLUDED.error, retry_at = EXCLUDED.retry_at, attempts = journeys_nodetrouble.attempts + 1",
        node=error.node.id, journey=journey_id, error=describe(error), now=now, retry=retry_at,
    ))  # fmt: skip
    run(sql("DELETE FROM journeys_batch WHERE journey_id = {journey} AND worker IS NULL", journey=journey_id))
    again = run(sql(
        "WITH held AS MATERIALIZED (SELECT entry.id FROM journeys_entryfailure AS failure"
        " JOIN journeys_entry AS entry ON entry.id = failure.entry_id WHERE failure.node_id = {node}"
        " AND failure.error = {error} AND entry.status = {failed} FOR NO KEY UPDATE OF entry SKIP LOCKED),"
        " mended AS (DELETE FROM journeys_entryfailure WHERE entry_id IN (SELECT id FROM held))"
        " UPDATE journeys_entry SET status = {active}, due_at = CASE WHEN node_id = {node} THEN {retry} ELSE {now} END"
        " WHERE id IN (SELECT id FROM held)",
        node=error.node.id, error=describe(error), failed=int(Entry.Status.FAILED), active=int(Entry.Status.ACTIVE),
        retry=retry_at, now=now,
    ))  # fmt: skip
    counters.add(journey_id, {(error.node.id, What.FAILED): -again})
    run(sql(
        "WITH held AS MATERIALIZED (SELECT id FROM journeys_entry WHERE node_id = {node} AND status = {active}"
        " AND due_at <= {now} FOR NO KEY UPDATE SKIP LOCKED)"
        " UPDATE journeys_entry SET due_at = {retry} WHERE id IN (SELECT id FROM held)",
        retry=retry_at, node=error.node.id, active=int(Entry.Status.ACTIVE), now=now,
    ))  # fmt: skip


def _pause(attempts: int) -> timedelta:
    """Twice as long each time, up to an hour."""
    doublings = min(attempts - 1, (LONGEST_PAUSE // FIRST_PAUSE).bit_length())
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)
