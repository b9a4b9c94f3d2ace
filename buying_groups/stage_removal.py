"""Taking the stage from groups of a solution interest that has given up its stage model (reference U 22)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts import changes, events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import Sql, row, rows, sql
from buying_groups import record
from buying_groups.models import SolutionInterest

# Also of groups without a stage: a batch of a journey may be giving one to them right now.
LOCK = """
    SELECT held.id FROM unnest({ids}::bigint[]) AS batch (id)
    JOIN buying_groups_buyinggroup held ON held.id = batch.id
    JOIN accounts_account AS account ON account.id = held.account_id
    ORDER BY account.id FOR NO KEY UPDATE OF account{how}
"""
CLEAR = """
    WITH staged AS MATERIALIZED (
        SELECT held.id AS group_id, held.account_id, held.stage_id AS old_id, stage.name AS old,
            {interest}::bigint AS interest_id, {name}::text AS interest_name
        FROM unnest({ids}::bigint[]) AS batch (id) JOIN buying_groups_buyinggroup held ON held.id = batch.id
        LEFT JOIN buying_groups_stage stage ON stage.id = held.stage_id
        WHERE held.solution_interest_id = {interest} AND held.stage_id IS NOT NULL
    ), cleared AS (
        UPDATE buying_groups_buyinggroup held SET stage_id = NULL, updated_at = {now}::timestamptz
        FROM staged WHERE held.id = staged.group_id
    ), marked AS ({mark}){event}
    SELECT count(*) FROM staged
"""


def hold(group_ids: Collection[int], *, waits: bool) -> list[int]:
    """Hold the accounts of groups, in the order of their ids; the groups whose accounts are held now.

    Unless it `waits`, accounts that somebody else holds are passed over.
    """
    how = Sql("" if waits else " SKIP LOCKED")
    return [id for (id,) in rows(sql(LOCK, ids=list(group_ids), how=how))]


def clear_stages(
    interest: SolutionInterest, group_ids: Collection[int], *, source: Source, now: datetime
) -> int:
    """Leave these groups of an interest without a stage, each with its event; how many had one.

    The stage model has been taken from the interest before, and the accounts are held, by a statement before
    (docs/engine.md, The order of locks): whoever sets a stage later finds no model.
    """
    found = row(sql(
        CLEAR, interest=interest.pk, name=interest.name, ids=list(group_ids), now=now,
        mark=changes.mark_statement(Sql("SELECT account_id FROM staged")),
        event=_event(source, now),
    ))  # fmt: skip
    return int(found[0]) if found else 0


def _event(source: Source, now: datetime) -> Sql:
    said = Sql("'old', old, 'new', NULL, 'old_id', old_id, 'new_id', NULL")
    insert = events.insert(
        type=EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED, source=source, now=now, payload=record.payload(said),
        relation=Sql("staged"), account=Sql("account_id"),
    )  # fmt: skip
    return events.cte("event", insert)
