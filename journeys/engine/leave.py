"""Entries end other than by themselves: removed by staff or a journey, or because the journey was aborted.

Whoever calls `end` owns the accounts of the entries (their rows are locked).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.sql import Sql, row, rows, run, sql
from journeys.engine import counters
from journeys.engine.reentry import ReEntry
from journeys.engine.state import stand
from journeys.models import Entry, Journey, What

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")
ENDED_AS = {Entry.Status.REMOVED: What.REMOVED, Entry.Status.ABORTED: What.ABORTED}


def end(entries: Sql, *, status: Entry.Status, reason: Entry.Reason, now: datetime, result: Sql) -> Sql:
    """The statement that ends `entries` (a SELECT of ids) where they stand, and then selects `result`.

    Their open visits are appended, the numbers follow. `result` may read `ended` (id, account_id).
    """
    return sql(
        "WITH ended AS (UPDATE journeys_entry AS entry SET status = {status}, reason = {reason}, ended_at = {at},"
        " due_at = NULL, woken_by = NULL, reenter_at = NULL"
        " WHERE id IN ({entries}) AND status IN {inside}"
        " RETURNING id, journey_id, account_id, node_id, visit, arrived_at),"
        " visited AS (INSERT INTO journeys_visit (entry_id, number, node_id, arrived_at, left_at, done, skipped)"
        " SELECT id, visit, node_id, arrived_at, {at}, 0, 0 FROM ended),"
        " mended AS (DELETE FROM journeys_entryfailure AS failure USING ended WHERE failure.entry_id = ended.id"
        " RETURNING ended.journey_id, failure.node_id),"
        " counted AS (INSERT INTO journeys_counterdelta (journey_id, node_id, what, n)"
        " SELECT journey_id, node_id, {left}, count(*) FROM ended GROUP BY journey_id, node_id"
        " UNION ALL SELECT journey_id, 0, {what}, count(*) FROM ended GROUP BY journey_id"
        " UNION ALL SELECT journey_id, node_id, {failed}, -count(*) FROM mended GROUP BY journey_id, node_id) {result}",
        entries=entries, status=int(status), reason=int(reason),
        # An abort may have waited for a batch in which somebody arrived later than it was asked for.
        at=sql("greatest(arrived_at, {now}::timestamptz)", now=now), inside=INSIDE, left=int(What.LEFT),
        what=int(ENDED_AS[status]), failed=int(What.FAILED), result=result,
    )  # fmt: skip


def remove(journey_id: int, entry_ids: Collection[int], *, now: datetime) -> int:
    """End these entries of a journey as removed by staff; how many there were. In the caller's transaction."""
    own_accounts(entry_ids)
    entries = sql(
        "SELECT id FROM journeys_entry WHERE journey_id = {journey} AND id = ANY ({ids}) AND {going_on}",
        journey=journey_id, ids=list(entry_ids), going_on=_going_on(journey_id),
    )  # fmt: skip
    ended = rows(end(
        entries, status=Entry.Status.REMOVED, reason=Entry.Reason.REMOVED_BY_STAFF, now=now,
        result=Sql("SELECT id FROM ended"),
    ))  # fmt: skip
    let_back_in(journey_id, [entry for (entry,) in ended], now)
    return len(ended)


def retry(journey_id: int, entry_ids: Collection[int], *, now: datetime) -> int:
    """Make failed entries due again; how many there were. In the caller's transaction."""
    own_accounts(entry_ids)
    again = rows(sql(
        "WITH again AS (UPDATE journeys_entry SET status = {active}, due_at = {now} WHERE journey_id = {journey}"
        " AND id = ANY ({ids}) AND status = {failed} AND {going_on} RETURNING id),"
        " mended AS (DELETE FROM journeys_entryfailure AS failure USING again WHERE failure.entry_id = again.id"
        " RETURNING failure.node_id) SELECT node_id, count(*) FROM mended GROUP BY node_id",
        active=int(Entry.Status.ACTIVE), now=now, journey=journey_id, ids=list(entry_ids),
        failed=int(Entry.Status.FAILED), going_on=_going_on(journey_id),
    ))  # fmt: skip
    counters.add(journey_id, {(node, What.FAILED): -n for node, n in again})
    return sum(n for _, n in again)


def _going_on(journey_id: int) -> Sql:
    """From an abort on nobody is inside any more: the sweeper alone ends what the rows still say."""
    return sql(
        "NOT EXISTS (SELECT FROM journeys_journey WHERE id = {journey} AND status = {aborted})",
        journey=journey_id, aborted=Journey.Status.ABORTED.value,
    )  # fmt: skip


def own_accounts(entry_ids: Collection[int]) -> None:
    """Lock the accounts of these entries, in the order of their ids; waits for a batch that has them."""
    row(sql(
        "SELECT count(*) FROM (SELECT account.id FROM accounts_account AS account WHERE account.id IN"
        " (SELECT account_id FROM journeys_entry WHERE id = ANY ({ids}))"
        " ORDER BY account.id FOR NO KEY UPDATE) AS held",
        ids=list(entry_ids),
    ))  # fmt: skip


def let_back_in(journey_id: int, ids: Collection[int] | str, now: datetime) -> None:
    """Reckon from when the accounts of these ended entries (ids, or array text) may enter again."""
    standing = stand(journey_id)
    re_entry = ReEntry(**standing.re_entry, time_zone=standing.time_zone)
    if not (re_entry.enabled and ids):
        return
    run(sql(
        "UPDATE journeys_entry AS entry SET reenter_at = {at} WHERE id = ANY ({ids}::bigint[])",
        at=re_entry.column(now), ids=ids,
    ))  # fmt: skip
    re_entry.settle(sql("SELECT unnest({ids}::bigint[])", ids=ids), now)


@transaction.atomic
def sweep_aborted(journey_id: int, *, now: datetime, size: int) -> int:
    """End a batch of the entries that an abort left inside; 0 when none is left that nobody else holds.

    `now`: when the journey was aborted; that is when they ended. No fence: the journey's status is final, and
    nobody moves its entries any more.
    """
    accounts = row(sql(
        "WITH held AS MATERIALIZED (SELECT account.id FROM journeys_entry AS entry"
        " JOIN accounts_account AS account ON account.id = entry.account_id"
        " WHERE entry.journey_id = {journey} AND entry.status IN {inside} LIMIT {size}"
        " FOR NO KEY UPDATE OF account SKIP LOCKED) SELECT array_agg(id)::text FROM held",
        journey=journey_id, inside=INSIDE, size=size,
    ))  # fmt: skip
    if accounts is None or accounts[0] is None:
        return 0
    entries = sql(
        "SELECT id FROM journeys_entry WHERE journey_id = {journey} AND status IN {inside}"
        " AND account_id = ANY ({accounts}::bigint[])",
        journey=journey_id, inside=INSIDE, accounts=accounts[0],
    )  # fmt: skip
    ended = row(end(
        entries, status=Entry.Status.ABORTED, reason=Entry.Reason.JOURNEY_ABORTED, now=now,
        result=Sql("SELECT count(*) FROM ended"),
    ))  # fmt: skip
    return int(ended[0]) if ended else 0


def mark_swept(journey_id: int, *, now: datetime) -> None:
    """Note that an aborted journey has nobody inside any more; does nothing while somebody is."""
    run(sql(
        "UPDATE journeys_journey SET swept_at = {now} WHERE id = {journey} AND NOT EXISTS"
        " (SELECT FROM journeys_entry WHERE journey_id = {journey} AND status IN {inside})",
        now=now, journey=journey_id, inside=INSIDE,
    ))  # fmt: skip
