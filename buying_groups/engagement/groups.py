"""Scores of groups: 100 × √aggregate, divided by the highest √aggregate of all (reference 8.4).

The aggregate adds up the scores of the members, each times the weight of the member's role as a share of the weights
of the roles that have a member. A group without members has 0; null is what was made after the last run.
"""

from __future__ import annotations

from datetime import datetime

from accounts import changes, events
from accounts.events import Source
from accounts.models import Event, EventType
from accounts.sql import Sql, rows, run, sql
from buying_groups import record
from buying_groups.engagement.batches import Written, ids_of, passing_over, take
from buying_groups.models import JobRun

SYSTEM = Source(Event.Source.SYSTEM)
# Floats are added up in the order of their ids: the same members always give the same number.
COMPUTE = """
    WITH filled AS (
        SELECT member.group_id, member.role_id, template_role.weight,
            sum(COALESCE(person.engagement_score, 0) ORDER BY member.person_id) AS score
        FROM buying_groups_groupmember member
        JOIN buying_groups_buyinggroup held ON held.id = member.group_id
        JOIN buying_groups_solutioninterest interest ON interest.id = held.solution_interest_id
        JOIN buying_groups_templaterole template_role
            ON template_role.template_id = interest.template_id AND template_role.role_id = member.role_id
        JOIN accounts_person person ON person.id = member.person_id
        WHERE NOT member.is_removed GROUP BY member.group_id, member.role_id, template_role.weight
    ), aggregate AS (
        SELECT group_id, sum(score * weight ORDER BY role_id) / sum(weight) AS score FROM filled GROUP BY group_id
    ), rooted AS MATERIALIZED (
        SELECT held.id, held.engagement AS old, sqrt(aggregate.score) AS root
        FROM buying_groups_buyinggroup held LEFT JOIN aggregate ON aggregate.group_id = held.id
    ), computed AS (
        SELECT id, old, COALESCE(100 * (root / nullif((SELECT max(root) FROM rooted), 0)), 0) AS score FROM rooted
    )
    INSERT INTO buying_groups_pendingscore (run_id, subject_id, score)
    SELECT {run}, id, score FROM computed WHERE old IS DISTINCT FROM score
"""
LOCK_ACCOUNTS = """
    SELECT id FROM accounts_account WHERE id IN (
        SELECT account_id FROM buying_groups_buyinggroup WHERE id = ANY({ids}::bigint[])
    ) ORDER BY id FOR NO KEY UPDATE{passing_over}
"""
LOCK_GROUPS = """
    SELECT id FROM buying_groups_buyinggroup WHERE id = ANY({ids}::bigint[])
    AND account_id IN (SELECT unnest({accounts}::bigint[])) ORDER BY id FOR NO KEY UPDATE
"""
WRITE = """
    WITH pending AS ({take}), written AS (
        UPDATE buying_groups_buyinggroup AS held SET engagement = pending.score, updated_at = {now}::timestamptz
        FROM pending JOIN buying_groups_buyinggroup before ON before.id = pending.subject_id
        WHERE held.id = before.id AND before.engagement IS DISTINCT FROM pending.score
        RETURNING held.id AS group_id, held.account_id, held.solution_interest_id AS interest_id,
            held.completeness, held.engagement, before.engagement AS old
    ), told AS (
        SELECT written.*, interest.name AS interest_name
        FROM written JOIN buying_groups_solutioninterest interest ON interest.id = written.interest_id
        WHERE {shown_new} IS DISTINCT FROM {shown_old}
    ), kept AS ({keep}), marked AS ({mark}){event}
    SELECT (SELECT count(*) FROM pending), (SELECT count(*) FROM written)
"""


def compute(of: JobRun) -> int:
    """Work out every group's score from those of people now; how many are other than those on record, and wait."""
    return run(sql(COMPUTE, run=of.pk))


def write(of: JobRun, ids: list[int], *, waits: bool, now: datetime) -> Written:
    """Write the scores that wait for these groups, with the day's row, the events and the marks of the accounts.

    An event only when the displayed number changes, with the exact old and new (reference U 34). Groups whose
    accounts somebody holds stay for later, unless it `waits` for them.
    """
    accounts = ids_of(sql(LOCK_ACCOUNTS, ids=ids, passing_over=passing_over(waits)))
    held = ids_of(sql(LOCK_GROUPS, ids=ids, accounts=accounts))
    return Written(*rows(_write(of, ids, held, now))[0])


def _write(of: JobRun, ids: list[int], held: list[int], now: datetime) -> Sql:
    insert = events.insert(
        type=EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED, source=SYSTEM, now=now,
        payload=record.payload(Sql("'old', old, 'new', engagement")), relation=Sql("told"),
        account=Sql("account_id"),
    )  # fmt: skip
    return sql(
        WRITE, take=take(of, ids, held, "buying_groups_buyinggroup"), now=now,
        shown_new=record.shown(Sql("written.engagement")), shown_old=record.shown(Sql("written.old")),
        keep=record.keep_scores(Sql("written"), now=now),
        mark=changes.mark_statement(Sql("SELECT DISTINCT account_id FROM written")),
        event=events.cte("event", insert),
    )  # fmt: skip
