"""Buying groups by hand: the same rows as the jobs write, for exactly this template, all accounts at once.

What the jobs do beside that has no place here: locks on accounts, batches, a position on record, other templates,
precedence on record, two workers at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from buying_groups.models import Role, SolutionInterest

# As the template of `tests.benchmarks.buying_groups` has it.
ROLE = """
    CASE WHEN person.job_title LIKE 'Chief%%' OR person.job_title LIKE 'Vice President%%'
              OR person.job_title LIKE 'Head%%' THEN %(decider)s
         WHEN person.job_title LIKE '%%Manager%%' THEN %(influencer)s
         WHEN person.job_title IN ('Data Analyst', 'Software Engineer', 'Security Specialist') THEN %(practitioner)s
    END
"""
PEOPLE = """
    buying_groups_buyinggroup AS held
    JOIN accounts_accountperson AS relation ON relation.account_id = held.account_id
    JOIN accounts_person AS person ON person.id = relation.person_id
"""
PERCENT = """
    SELECT group_id, ((100 * sum(CASE role_id WHEN %(influencer)s THEN least(members, 2) / 2.0 ELSE 1 END))
        / 3)::double precision AS percent,
        sum(CASE role_id WHEN %(decider)s THEN %(decider_bit)s WHEN %(practitioner)s THEN %(practitioner_bit)s
            ELSE CASE WHEN members >= 2 THEN %(influencer_bit)s END END) AS bits
    FROM (SELECT group_id, role_id, count(*) AS members FROM buying_groups_groupmember
        WHERE NOT is_removed AND role_id IN (%(decider)s, %(influencer)s, %(practitioner)s) GROUP BY 1, 2) AS filled
    GROUP BY group_id
"""
LACKING = "(%(bits)s - COALESCE(computed.bits, 0))::integer"
OF_GROUP = "'group', held.id, 'solution_interest', %(interest)s, 'name', %(name)s"
EVENT = """
    INSERT INTO accounts_event (type_id, account_id, person_id, occurred_at, received_at, source, payload)
    SELECT {type}, {account}, {person}, %(now)s, %(now)s, 5, jsonb_strip_nulls(jsonb_build_object({payload}))
"""


def event(type: int, payload: str, person: str = "NULL", account: str = "held.account_id") -> str:
    return EVENT.format(type=type, account=account, person=person, payload=f"{OF_GROUP}, {payload}")


SCORED = event(24, "'new', held.completeness")
ASSIGNED = event(20, "'role', role.name, 'role_id', role.id", "member.person_id")
CREATE = (
    """
    WITH made AS (
        INSERT INTO buying_groups_buyinggroup (account_id, solution_interest_id, status, created_at, updated_at)
        SELECT id, %(interest)s, '', %(now)s, %(now)s FROM accounts_account ORDER BY id RETURNING account_id)
    INSERT INTO accounts_accountchange (account_id) SELECT account_id FROM made
    """,
    f"""
    INSERT INTO buying_groups_groupmember (group_id, person_id, role_id, source, is_removed, changed_at)
    SELECT * FROM (SELECT held.id, person.id, {ROLE} AS role_id, 1, false, %(now)s::timestamptz FROM {PEOPLE}) AS target
    WHERE role_id IS NOT NULL
    """,
    f"{ASSIGNED} FROM buying_groups_groupmember AS member"
    " JOIN buying_groups_buyinggroup AS held ON held.id = member.group_id"
    " JOIN buying_groups_role AS role ON role.id = member.role_id",
    f"""
    UPDATE buying_groups_buyinggroup AS held SET completeness = COALESCE(computed.percent, 0), lacking = {LACKING}
    FROM buying_groups_buyinggroup AS own LEFT JOIN ({PERCENT}) AS computed ON computed.group_id = own.id
    WHERE held.id = own.id
    """,
    """
    INSERT INTO buying_groups_groupscore (group_id, day, completeness)
    SELECT id, %(day)s, completeness FROM buying_groups_buyinggroup
    """,
    f"{SCORED} FROM buying_groups_buyinggroup AS held",
)
TARGET = (
    f"SELECT held.id AS group_id, held.account_id, person.id AS person_id, {ROLE} AS role_id FROM {PEOPLE}"
)
# What differs from the members as they are; with it everything else is a few thousand rows.
DIFFERENT = f"""
    CREATE TEMPORARY TABLE different ON COMMIT DROP AS
    SELECT target.*, member.role_id AS old_role_id FROM ({TARGET}) AS target
    LEFT JOIN buying_groups_groupmember AS member
        ON member.group_id = target.group_id AND member.person_id = target.person_id AND NOT member.is_removed
    WHERE member.role_id IS DISTINCT FROM target.role_id
"""
RESCORED = f"""
    CREATE TEMPORARY TABLE rescored ON COMMIT DROP AS
    SELECT own.id, own.account_id, own.completeness AS old, COALESCE(computed.percent, 0) AS new, {LACKING} AS lacking
    FROM buying_groups_buyinggroup AS own LEFT JOIN ({PERCENT}) AS computed ON computed.group_id = own.id
    WHERE own.completeness IS DISTINCT FROM COALESCE(computed.percent, 0) OR own.lacking IS DISTINCT FROM {LACKING}
"""
# Nobody has left, but somebody might have.
LEFT = """
    UPDATE buying_groups_groupmember AS member SET is_removed = true, changed_at = %(now)s
    FROM buying_groups_buyinggroup AS held WHERE held.id = member.group_id AND NOT member.is_removed AND NOT EXISTS (
        SELECT FROM accounts_accountperson AS relation
        WHERE relation.account_id = held.account_id AND relation.person_id = member.person_id)
"""
MAINTAIN = (
    LEFT,
    DIFFERENT,
    """
    INSERT INTO buying_groups_groupmember AS member
        (group_id, person_id, role_id, source, is_removed, changed_at)
    SELECT group_id, person_id, COALESCE(role_id, old_role_id), 1, role_id IS NULL, %(now)s FROM different
    ON CONFLICT (group_id, person_id) DO UPDATE SET role_id = excluded.role_id, source = excluded.source,
        is_removed = excluded.is_removed, changed_at = excluded.changed_at
    """,
    event(
        20, "'role', role.name, 'role_id', role.id, 'old_role', former.name, 'old_role_id', former.id",
        "held.person_id",
    ).replace("held.id", "held.group_id")
    + " FROM different AS held JOIN buying_groups_role AS role ON role.id = held.role_id"
    " LEFT JOIN buying_groups_role AS former ON former.id = held.old_role_id",
    event(21, "'role', former.name, 'role_id', former.id", "held.person_id").replace("held.id", "held.group_id")
    + " FROM different AS held JOIN buying_groups_role AS former ON former.id = held.old_role_id"
    " WHERE held.role_id IS NULL",
    RESCORED,
    """
    UPDATE buying_groups_buyinggroup AS held
    SET completeness = COALESCE(rescored.new, completeness), lacking = COALESCE(rescored.lacking, held.lacking),
        updated_at = %(now)s
    FROM (SELECT group_id AS id FROM different UNION SELECT id FROM rescored) AS touched
    LEFT JOIN rescored ON rescored.id = touched.id WHERE held.id = touched.id
    """,
    """
    INSERT INTO buying_groups_groupscore (group_id, day, completeness) SELECT id, %(day)s, new FROM rescored
    WHERE new IS DISTINCT FROM old
    ON CONFLICT (group_id, day) DO UPDATE SET completeness = excluded.completeness
    """,
    event(24, "'old', held.old, 'new', held.new")
    + " FROM rescored AS held WHERE floor(held.old + 0.5) <> floor(held.new + 0.5)",
    """
    INSERT INTO accounts_accountchange (account_id)
    SELECT account_id FROM different UNION SELECT account_id FROM rescored
    """,
)  # fmt: skip


def create(interest: SolutionInterest, now: datetime) -> None:
    _run(CREATE, interest, now)


def maintain(interest: SolutionInterest, now: datetime) -> None:
    _run(MAINTAIN, interest, now)


@transaction.atomic
def _run(statements: tuple[str, ...], interest: SolutionInterest, now: datetime) -> None:
    known = _known(interest, now)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, known)


def _known(interest: SolutionInterest, now: datetime) -> dict[str, Any]:
    roles = {role.name: role for role in Role.objects.all()}
    decider, influencer, practitioner = (
        roles[name] for name in ("Decision Maker", "Influencer", "Practitioner")
    )
    return {
        "interest": interest.pk, "name": interest.name, "now": now, "day": now.date(),
        "decider": decider.pk, "influencer": influencer.pk, "practitioner": practitioner.pk,
        "decider_bit": decider.bit, "influencer_bit": influencer.bit, "practitioner_bit": practitioner.bit,
        "bits": sum(role.bit for role in (decider, influencer, practitioner, roles["Champion"])),
    }  # fmt: skip
