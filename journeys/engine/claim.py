"""Which entries a worker moves next: first on record (`pick`), then locked (`claim`).

`pick` commits a `Batch` row before anything is moved, so that a batch that kills its worker leaves a trace. The
worker holds an advisory lock on the number of its backend for as long as its connection lives: a batch whose
backend holds no such lock is abandoned, without heartbeats or timeouts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.sql import Sql, row, rows, run, sql
from journeys.engine.fence import PICKING, WORKER
from journeys.engine.guard import while_on_record
from journeys.models import Entry
from journeys.nodes.cohort import COHORT_COLUMNS, Cohort, cohort

ACTIVE = Sql(str(int(Entry.Status.ACTIVE)))


@dataclass(frozen=True)
class Picked:
    """A batch on record: its row, and its entries as array text."""

    id: int
    entries: str
    size: int
    deaths: int = 0
    errors: int = 0


@transaction.atomic
def pick(journey_id: int, *, size: int, now: datetime) -> Picked | None:
    """Put the next batch of a journey on record: one to try again, else what is due, oldest first."""
    _register(journey_id)
    # Its worker may have been through, and ended, between two looks of the statement that found it.
    while (again := row(_abandoned(journey_id))) is not None:
        if (taken := _take_again(again)) is not None:
            return taken
    fresh = row(_due(journey_id, size, now))
    return Picked(*fresh) if fresh else None


def _register(journey_id: int) -> None:
    """One picker a journey at a time; and, once a connection, the worker's own lock."""
    run(sql(
        "SELECT pg_advisory_xact_lock({picking}, {journey}), CASE WHEN NOT EXISTS (SELECT FROM pg_locks"
        " WHERE locktype = 'advisory' AND classid = {worker} AND objid = pg_backend_pid() AND pid = pg_backend_pid()"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " THEN pg_advisory_lock({worker}, pg_backend_pid()) END, {guard}",
        picking=PICKING, journey=journey_id, worker=WORKER, guard=while_on_record(),
    ))  # fmt: skip


def _abandoned(journey_id: int) -> Sql:
    """A batch that waits to be tried again, or whose worker is gone; the newest, so that halving goes to the bottom."""
    return sql(
        "SELECT id, cardinality(entries), worker FROM journeys_batch AS batch WHERE journey_id = {journey}"
        " AND (worker IS NULL OR worker = pg_backend_pid() OR NOT EXISTS (SELECT FROM pg_locks"
        " WHERE locktype = 'advisory' AND classid = {worker} AND objid = batch.worker"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))"
        " ORDER BY id DESC LIMIT 1",
        journey=journey_id, worker=WORKER,
    )  # fmt: skip


def _take_again(found: tuple[int, int, int | None]) -> Picked | None:
    """Take it over; one that killed its worker is cut in halves first, and one of a single entry counts the death.

    None: it is gone.
    """
    batch_id, size, dead = found
    if dead is not None and size > 1:
        batch_id, dead = min(rows(halve(batch_id)), default=(batch_id,))[0], None
    taken = row(sql(
        "UPDATE journeys_batch SET worker = pg_backend_pid(), deaths = deaths + {died} WHERE id = {id}"
        " RETURNING id, entries::text, cardinality(entries), deaths, errors",
        died=int(dead is not None), id=batch_id,
    ))  # fmt: skip
    return Picked(*taken) if taken else None


def halve(batch_id: int) -> Sql:
    """Replace a batch by its two halves, free to take; gives their ids.

    Every other entry goes to the one: bad ones that came together (a broken import) do not stay together, and are
    not taken for a broken node.
    """
    return sql(
        "WITH whole AS (DELETE FROM journeys_batch WHERE id = {id} RETURNING *)"
        " INSERT INTO journeys_batch (journey_id, entries, worker, deaths, errors, error, made_at)"
        " SELECT journey_id, half.entries, NULL, 0, 0, error, made_at FROM whole, LATERAL ("
        " SELECT array_agg(id ORDER BY place) AS entries FROM unnest(entries) WITH ORDINALITY AS entry (id, place)"
        " GROUP BY place %% 2) AS half RETURNING id",
        id=batch_id,
    )


def _due(journey_id: int, size: int, now: datetime) -> Sql:
    return sql(
        "INSERT INTO journeys_batch (journey_id, entries, worker, deaths, errors, error, made_at)"
        " SELECT {journey}, array_agg(id ORDER BY account_id), pg_backend_pid(), 0, 0, '', {now} FROM ("
        " SELECT id, account_id FROM journeys_entry"
        " WHERE journey_id = {journey} AND status = {active} AND due_at <= {now}"
        " AND id NOT IN (SELECT unnest(entries) FROM journeys_batch WHERE journey_id = {journey})"
        " ORDER BY due_at, id LIMIT {size}) AS due HAVING count(*) > 0"
        " RETURNING id, entries::text, cardinality(entries)",
        journey=journey_id, active=ACTIVE, now=now, size=size,
    )  # fmt: skip


def claim(picked: Picked, now: datetime) -> dict[int, Cohort]:
    """Own the accounts of a batch until the transaction ends; its entries that may move, by node.

    Whoever else holds an account keeps it: its entry stays due for the next round. Entries are read after the
    accounts are locked, in a statement of its own, so that what is read is what is.
    """
    locked = row(_lock_accounts(picked.entries))
    if locked is None or not locked[1]:
        return {}
    found: dict[int, Cohort] = {}
    for node_id, arrived, *columns in rows(
        _read_entries(picked, locked[0], now, every=locked[1] == picked.size)
    ):
        alike = cohort([tuple(columns)], claimed=True, arrived=arrived)
        found[node_id] = found.get(node_id, Cohort()) + alike
    return found


def _lock_accounts(entries: str) -> Sql:
    return sql(
        "WITH locked AS MATERIALIZED (SELECT account.id FROM unnest({entries}::bigint[]) AS batch (id)"
        " JOIN journeys_entry AS entry ON entry.id = batch.id"
        " JOIN accounts_account AS account ON account.id = entry.account_id"
        " ORDER BY account.id FOR NO KEY UPDATE OF account SKIP LOCKED)"
        " SELECT array_agg(id)::text, count(*) FROM locked",
        entries=entries,
    )


def _read_entries(picked: Picked, accounts: str, now: datetime, *, every: bool) -> Sql:
    mine = Sql("") if every else sql(" AND account_id = ANY ({accounts}::bigint[])", accounts=accounts)
    return sql(
        "SELECT node_id, CASE WHEN min(arrived_at) = max(arrived_at) THEN min(arrived_at) END, {columns}"
        " FROM (SELECT entry.id AS entry_id, account_id, node_id, visit, arrived_at"
        " FROM unnest({entries}::bigint[]) AS batch (id) JOIN journeys_entry AS entry ON entry.id = batch.id"
        " WHERE status = {active} AND due_at <= {now}{mine}) AS due GROUP BY node_id, visit",
        columns=COHORT_COLUMNS, entries=picked.entries, active=ACTIVE, now=now, mine=mine,
    )  # fmt: skip


def lock_people(claimed: dict[int, Cohort]) -> int:
    """Lock the people whom the claimed accounts share with others, in the order of their ids; how many.

    Whoever writes a person owns its accounts first (docs/engine.md, The order of locks), so all others are this
    batch's already. Where people came in with their accounts, their ids lie together: when there are no more
    relations of these ids, from the lowest to the highest, than the batch has, nobody is shared, and nobody need be
    looked up.
    """
    accounts = "{" + ",".join(part.accounts[1:-1] for held in claimed.values() for part in held.parts) + "}"
    found = row(sql(
        "WITH mine AS MATERIALIZED (SELECT relation.person_id FROM unnest({accounts}::bigint[]) AS batch (id)"
        " JOIN accounts_accountperson AS relation ON relation.account_id = batch.id),"
        " span AS MATERIALIZED (SELECT count(*) AS n, min(person_id) AS low, max(person_id) AS high FROM mine)"
        " SELECT count(*) FROM (SELECT person.id FROM accounts_person AS person WHERE"
        " (SELECT n FROM span) < (SELECT count(*) FROM (SELECT FROM accounts_accountperson WHERE person_id"
        " BETWEEN (SELECT low FROM span) AND (SELECT high FROM span) LIMIT (SELECT n + 1 FROM span)) AS there)"
        " AND person.id IN (SELECT person_id FROM mine WHERE EXISTS (SELECT"
        " FROM accounts_accountperson AS other WHERE other.person_id = mine.person_id OFFSET 1))"
        " ORDER BY person.id FOR NO KEY UPDATE) AS held",
        accounts=accounts,
    ))  # fmt: skip
    return int(found[0]) if found else 0
