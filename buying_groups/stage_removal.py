"""Taking the stage from all groups of a solution interest, when it gives up its stage model (reference U 22)."""

from __future__ import annotations

from datetime import datetime

from accounts import changes, events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import Sql, row, sql
from buying_groups import record
from buying_groups.models import SolutionInterest

# All of them, also those without a stage: a batch of a journey may be giving one to them right now.
LOCK = """
    SELECT count(*) FROM (
        SELECT account.id FROM accounts_account account
        JOIN buying_groups_buyinggroup held ON held.account_id = account.id
        WHERE held.solution_interest_id = {interest} ORDER BY account.id FOR NO KEY UPDATE OF account
    ) AS locked
"""
CLEAR = """
    WITH staged AS MATERIALIZED (
        SELECT held.id AS group_id, held.account_id, held.stage_id AS old_id, stage.name AS old,
            {interest}::bigint AS interest_id, {name}::text AS interest_name
        FROM buying_groups_buyinggroup held LEFT JOIN buying_groups_stage stage ON stage.id = held.stage_id
        WHERE held.solution_interest_id = {interest} AND held.stage_id IS NOT NULL
    ), cleared AS (
        UPDATE buying_groups_buyinggroup held SET stage_id = NULL, updated_at = {now}::timestamptz
        FROM staged WHERE held.id = staged.group_id
    ), marked AS ({mark}){event}
    SELECT count(*) FROM staged
"""


def clear_stages(interest: SolutionInterest, *, source: Source, now: datetime) -> int:
    """Leave the groups of an interest without a stage, each with its event; how many had one.

    Two statements, whatever the number of groups. The caller's transaction has taken the stage model from the
    interest before; its accounts are locked here, in the order of their ids (docs/engine.md, The order of locks).
    """
    row(sql(LOCK, interest=interest.pk))
    found = row(sql(
        CLEAR, interest=interest.pk, name=interest.name, now=now,
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
