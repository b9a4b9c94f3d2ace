"""Scores of people: 100 × √raw, divided by the highest √raw of all (reference 8.4).

Everybody whom a run has seen has a score, and whoever did nothing has 0; null is who came after the last run.
"""

from __future__ import annotations

from datetime import datetime

from accounts import changes
from accounts.sql import Sql, rows, run, sql
from buying_groups.engagement import activities
from buying_groups.engagement.batches import Written, ids_of, passing_over, take
from buying_groups.models import JobRun

COMPUTE = """
    WITH {raw}, rooted AS MATERIALIZED (
        SELECT person.id, person.engagement_score AS old, sqrt(raw.score) AS root
        FROM accounts_person person LEFT JOIN raw ON raw.person_id = person.id
    ), computed AS (
        SELECT id, old, COALESCE(100 * (root / (SELECT max(root) FROM rooted)), 0) AS score FROM rooted
    )
    INSERT INTO buying_groups_pendingscore (run_id, subject_id, score)
    SELECT {run}, id, score FROM computed WHERE old IS DISTINCT FROM score
"""
LOCK_ACCOUNTS = """
    SELECT id FROM accounts_account WHERE id IN (
        SELECT account_id FROM accounts_accountperson WHERE person_id = ANY({ids}::bigint[])
    ) ORDER BY id FOR NO KEY UPDATE{passing_over}
"""
# Whose accounts are all held; a relation that came in between is seen here.
LOCK_PEOPLE = """
    SELECT id FROM accounts_person WHERE id = ANY({ids}::bigint[]) AND id NOT IN (
        SELECT person_id FROM accounts_accountperson WHERE person_id = ANY({ids}::bigint[])
        AND account_id NOT IN (SELECT unnest({accounts}::bigint[]))
    ) ORDER BY id FOR NO KEY UPDATE
"""
WRITE = """
    WITH pending AS ({take}), written AS (
        UPDATE accounts_person AS person SET engagement_score = pending.score FROM pending
        WHERE person.id = pending.subject_id AND person.engagement_score IS DISTINCT FROM pending.score
        RETURNING person.id
    ), marked AS ({mark})
    SELECT (SELECT count(*) FROM pending), (SELECT count(*) FROM written)
"""
ACCOUNTS = Sql(
    "SELECT DISTINCT account_id FROM accounts_accountperson WHERE person_id IN (SELECT id FROM written)"
)


def compute(of: JobRun, *, at: datetime) -> int:
    """Work out everybody's score for the 30 days before `at`; how many are other than those on record, and wait."""
    return run(sql(COMPUTE, run=of.pk, raw=activities.raw(at)))


def write(of: JobRun, ids: list[int], *, waits: bool, now: datetime) -> Written:
    """Write the scores that wait for these people, and mark their accounts.

    People whose accounts somebody holds stay for later, unless it `waits` for them.
    """
    accounts = ids_of(sql(LOCK_ACCOUNTS, ids=ids, passing_over=passing_over(waits)))
    held = ids_of(sql(LOCK_PEOPLE, ids=ids, accounts=accounts))
    statement = sql(WRITE, take=take(of, ids, held, "accounts_person"), mark=changes.mark_statement(ACCOUNTS))
    return Written(*rows(statement)[0])
