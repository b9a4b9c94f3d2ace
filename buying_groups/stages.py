"""The stage and the status of buying groups: which moves are allowed, and the statements that make them.

Stages follow the stage model of the solution interest (spec 3.7, reference 9.2): a group without a stage enters
by an entry stage only; any other goes where a move leads. A status is any text (reference 9.3).

`move` and `set_status` give the pieces of a WITH, for a statement of the caller. The caller holds the accounts,
locked by a statement before (docs/engine.md, The order of locks), and marks them as changed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts import events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import EMPTY, Sql, sql
from buying_groups import record

STATUS_LENGTH = 50
_TYPES = EventType.BuiltIn


class Verdict(models.IntegerChoices):
    """What becomes of one group."""

    CHANGED = 1
    SAME = 2
    NO_GROUP = 3
    NO_STAGE_MODEL = 4
    NOT_ALLOWED = 5
    # The solution interest, or the stage in its model, was deleted.
    GONE = 6


# The group of each row of the subject, looked up by its key whatever the planner believes of the table.
ASKED = """
    interest AS MATERIALIZED (
        SELECT id AS interest_id, name AS interest_name, stage_model_id
        FROM buying_groups_solutioninterest WHERE id = {interest}
    ){wanted}, asked AS MATERIALIZED (
        SELECT subject.key, subject.account_id, held.id AS group_id, held.old, held.old_id, {verdict} AS verdict
        FROM {subject} AS subject LEFT JOIN LATERAL (
            SELECT id, {old} AS old, {old_id} AS old_id FROM buying_groups_buyinggroup
            WHERE solution_interest_id = {interest} AND account_id = subject.account_id LIMIT 1
        ) AS held ON true
    ), changed AS (
        UPDATE buying_groups_buyinggroup AS held SET {assignment}, updated_at = {now}::timestamptz
        FROM asked WHERE held.id = asked.group_id AND asked.verdict = {changed}
        RETURNING held.id AS group_id, held.account_id, asked.old, asked.old_id
    ){event}
"""
WANTED = """
    , wanted AS MATERIALIZED (
        SELECT stage.id, stage.name, stage.is_entry FROM buying_groups_stage stage
        JOIN interest ON interest.stage_model_id = stage.model_id WHERE stage.id = {stage}
    )
"""
MAY_MOVE = """
    CASE WHEN NOT EXISTS (SELECT FROM interest) THEN {gone}
         WHEN (SELECT stage_model_id FROM interest) IS NULL THEN {no_model}
         WHEN held.id IS NULL THEN {no_group}
         WHEN NOT EXISTS (SELECT FROM wanted) THEN {gone}
         WHEN held.old_id = {stage} THEN {same}
         WHEN held.old_id IS NULL AND (SELECT is_entry FROM wanted) THEN {changed}
         WHEN held.old_id IN (SELECT from_stage_id FROM buying_groups_stagemove WHERE to_stage_id = {stage})
         THEN {changed} ELSE {not_allowed} END
"""
MAY_SET = """
    CASE WHEN NOT EXISTS (SELECT FROM interest) THEN {gone}
         WHEN held.id IS NULL THEN {no_group}
         WHEN held.old = {status} THEN {same} ELSE {changed} END
"""
OLD_STAGE = Sql("(SELECT name FROM buying_groups_stage stage WHERE stage.id = stage_id)")


def move(
    subject: Sql, *, interest_id: int | None, stage_id: int | None, source: Source, now: datetime
) -> Sql:
    """Move the groups that accounts have for an interest to a stage, where a move is allowed.

    `subject` goes after FROM and has the columns key, account_id. The last of the pieces to read is `asked`
    (key, account_id, group_id, verdict), a row for each of the subject's, the verdict as in `Verdict`.
    """
    return sql(
        ASKED, interest=interest_id, subject=subject, now=now, changed=int(Verdict.CHANGED),
        wanted=sql(WANTED, stage=stage_id), old=OLD_STAGE, old_id=Sql("stage_id"),
        verdict=sql(MAY_MOVE, stage=stage_id, **_verdicts()),
        assignment=sql("stage_id = {stage}", stage=stage_id),
        event=_event(
            _TYPES.BUYING_GROUP_STAGE_CHANGED, source, now,
            Sql("'old', old, 'new', wanted.name, 'old_id', old_id, 'new_id', wanted.id"), Sql(", wanted"),
        ),
    )  # fmt: skip


def set_status(subject: Sql, *, interest_id: int | None, status: str, source: Source, now: datetime) -> Sql:
    """Give the groups that accounts have for an interest a status. Subject and result as in `move`."""
    return sql(
        ASKED, interest=interest_id, subject=subject, now=now, changed=int(Verdict.CHANGED),
        wanted=EMPTY, old=Sql("status"), old_id=Sql("NULL::bigint"),
        verdict=sql(MAY_SET, status=status, **_verdicts()),
        assignment=sql("status = {status}", status=status),
        event=_event(
            _TYPES.BUYING_GROUP_STATUS_CHANGED, source, now,
            sql("'old', nullif(old, ''), 'new', nullif({status}::text, '')", status=status), EMPTY,
        ),
    )  # fmt: skip


def _event(type: EventType.BuiltIn, source: Source, now: datetime, what: Sql, joined: Sql) -> Sql:
    insert = events.insert(
        type=type, source=source, now=now, payload=record.payload(what), account=Sql("account_id"),
        relation=sql("changed, interest{joined}", joined=joined),
    )  # fmt: skip
    return events.cte("event", insert)


def _verdicts() -> dict[str, int]:
    return {
        "changed": int(Verdict.CHANGED), "same": int(Verdict.SAME), "no_group": int(Verdict.NO_GROUP),
        "no_model": int(Verdict.NO_STAGE_MODEL), "not_allowed": int(Verdict.NOT_ALLOWED),
        "gone": int(Verdict.GONE),
    }  # fmt: skip
