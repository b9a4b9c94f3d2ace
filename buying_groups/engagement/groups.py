"""Scores of groups: 100 × √aggregate, divided by the highest √aggregate of all (reference 8.4).

The aggregate adds up the scores of the members, each times the weight of the member's role as a share of the weights
of the roles that have a member. A group without members has 0. A new group is measured by the highest of the last
run (reference 8.1: the first calculation is when it is made); null is what was made before the first run.
"""

from __future__ import annotations

from datetime import datetime

from accounts import changes, events
from accounts.events import Source
from accounts.models import Event, EventType
from accounts.sql import Sql, rows, sql
from buying_groups import record
from buying_groups.completeness import Also
from buying_groups.engagement.batches import Written, ids_of, passing_over, take
from buying_groups.models import JobRun

SYSTEM = Source(Event.Source.SYSTEM)
# Floats are added up in the order of their ids: the same members always give the same number.
AGGREGATE = """
    of_roles AS (
        SELECT member.group_id, member.role_id, template_role.weight,
            sum(COALESCE(person.engagement_score, 0) ORDER BY member.person_id) AS score
        FROM {members}
        JOIN buying_groups_buyinggroup held ON held.id = member.group_id
        JOIN buying_groups_solutioninterest interest ON interest.id = held.solution_interest_id
        JOIN buying_groups_templaterole template_role
            ON template_role.template_id = interest.template_id AND template_role.role_id = member.role_id
        JOIN accounts_person person ON person.id = member.person_id
        WHERE NOT member.is_removed GROUP BY member.group_id, member.role_id, template_role.weight
    ), aggregate AS (
        SELECT group_id, sum(score * weight ORDER BY role_id) / sum(weight) AS score FROM of_roles GROUP BY group_id
    )
"""
ALL = Sql("buying_groups_groupmember member")
OF_GROUPS = """
    unnest({groups}::bigint[]) AS batch (id) JOIN buying_groups_groupmember member ON member.group_id = batch.id
"""
COMPUTE = """
    WITH {aggregate}, rooted AS MATERIALIZED (
        SELECT held.id, held.engagement AS old, sqrt(aggregate.score) AS root
        FROM buying_groups_buyinggroup held LEFT JOIN aggregate ON aggregate.group_id = held.id
    ), computed AS (
        SELECT id, old, COALESCE(100 * (root / nullif((SELECT max(root) FROM rooted), 0)), 0) AS score FROM rooted
    ), kept AS (
        INSERT INTO buying_groups_pendingscore (run_id, subject_id, score)
        SELECT {run}, id, score FROM computed WHERE old IS DISTINCT FROM score RETURNING 1
    )
    SELECT (SELECT count(*) FROM kept), COALESCE((SELECT max(root) FROM rooted), 0)
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
FIRST = """
    {aggregate}, scale AS MATERIALIZED (
        SELECT highest_root AS highest FROM buying_groups_jobrun WHERE highest_root IS NOT NULL ORDER BY id DESC LIMIT 1
    ), rooted AS (
        SELECT batch.id, scale.highest, sqrt(COALESCE(aggregate.score, 0)) AS root
        FROM scale CROSS JOIN unnest({groups}::bigint[]) AS batch (id)
        LEFT JOIN aggregate ON aggregate.group_id = batch.id
    ), also AS (
        SELECT id AS group_id, COALESCE(100 * (root / nullif(greatest(highest, root), 0)), 0) AS engagement FROM rooted
    )
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


def compute(of: JobRun) -> tuple[int, float]:
    """Work out every group's score from those of people now.

    How many are other than those on record, and wait; and the highest √aggregate.
    """
    [(waiting, highest)] = rows(sql(COMPUTE, run=of.pk, aggregate=sql(AGGREGATE, members=ALL)))
    return waiting, highest


def write(of: JobRun, ids: list[int], *, waits: bool, now: datetime) -> Written:
    """Write the scores that wait for these groups, with the day's row, the events and the marks of the accounts.

    An event only when the displayed number changes, with the exact old and new (reference U 34). Groups whose
    accounts somebody holds stay for later, unless it `waits` for them.
    """
    accounts = ids_of(sql(LOCK_ACCOUNTS, ids=ids, passing_over=passing_over(waits)))
    held = ids_of(sql(LOCK_GROUPS, ids=ids, accounts=accounts))
    return Written(*rows(_write(of, ids, held, now))[0])


def first(groups: str, *, now: datetime) -> Also:
    """The first score of new groups (ids, as the text of an array), for the statement that computes completeness.

    Their members have been written. Before the first run there is none.
    """
    event = _event(Sql("'old', NULL, 'new', engagement"), Sql("written WHERE engagement IS NOT NULL"), now)
    aggregate = sql(AGGREGATE, members=sql(OF_GROUPS, groups=groups))
    return Also(
        sql(FIRST, aggregate=aggregate, groups=groups), Sql("engagement = also.engagement"),
        events.cte("first_engagement", event),
    )  # fmt: skip


def _write(of: JobRun, ids: list[int], held: list[int], now: datetime) -> Sql:
    return sql(
        WRITE, take=take(of, ids, held, "buying_groups_buyinggroup"), now=now,
        shown_new=record.shown(Sql("written.engagement")), shown_old=record.shown(Sql("written.old")),
        keep=record.keep_scores(Sql("written"), now=now),
        mark=changes.mark_statement(Sql("SELECT DISTINCT account_id FROM written")),
        event=events.cte("event", _event(Sql("'old', old, 'new', engagement"), Sql("told"), now)),
    )  # fmt: skip


def _event(said: Sql, relation: Sql, now: datetime) -> Sql:
    return events.insert(
        type=EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED, source=SYSTEM, now=now,
        payload=record.payload(said), relation=relation, account=Sql("account_id"),
    )  # fmt: skip
