"""Who leaves an account leaves its buying groups; what is deleted takes them along.

Called by accounts, through `settings.LEAVERS` and `settings.ERASERS`, in the transaction that deletes, which
holds the accounts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts import events
from accounts.events import Source
from accounts.models import Event, EventType
from accounts.sql import Sql, row, run, sql
from buying_groups import record
from buying_groups.members.write import change

# A system removal, whoever has assigned them (reference U 18).
SYSTEM = Source(Event.Source.SYSTEM)
LEFT = """
    SELECT DISTINCT member.group_id, held.account_id, held.solution_interest_id AS interest_id, member.person_id,
        NULL::bigint AS role_id
    FROM unnest({accounts}::bigint[], {people}::bigint[]) AS pair (account_id, person_id)
    JOIN buying_groups_buyinggroup held ON held.account_id = pair.account_id
    JOIN buying_groups_groupmember member ON member.group_id = held.id AND member.person_id = pair.person_id
    WHERE NOT member.is_removed
"""
# The name as pages show it (`Person.__str__`).
TELL = """
    WITH told AS MATERIALIZED (
        SELECT gone.group_id, gone.account_id, gone.interest_id, interest.name AS interest_name, role.name AS role,
            member.role_id, COALESCE(NULLIF(btrim(person.first_name || ' ' || person.last_name), ''),
                NULLIF(person.email, ''), 'Person ' || person.id) AS person
        FROM ({left}) AS gone
        JOIN buying_groups_groupmember member
            ON member.group_id = gone.group_id AND member.person_id = gone.person_id
        JOIN buying_groups_solutioninterest interest ON interest.id = gone.interest_id
        JOIN buying_groups_role role ON role.id = member.role_id
        JOIN accounts_person person ON person.id = gone.person_id
    ){event}
    SELECT count(*) FROM told
"""
# In the order of what hangs on what.
OF_GROUPS = ("groupscore", "groupmember", "ignoredchange")


def people(pairs: Collection[tuple[int, int]], *, now: datetime, deleted_by: Source | None = None) -> None:
    """End the memberships of people, as (account id, person id), in the groups of accounts that they leave.

    `deleted_by`: who deletes them. Their own events go with them; the groups keep one that says who they were.
    """
    left = sql(LEFT, accounts=[pair[0] for pair in pairs], people=[pair[1] for pair in pairs])
    if deleted_by is not None:
        row(sql(TELL, left=left, event=_deleted(deleted_by, now)))
    change(left, source=SYSTEM, now=now, overrules=True)


def _deleted(source: Source, now: datetime) -> Sql:
    said = Sql("'role', role, 'role_id', role_id, 'person', person")
    insert = events.insert(
        type=EventType.BuiltIn.MEMBER_OF_BUYING_GROUP_DELETED, source=source, now=now,
        payload=record.payload(said), relation=Sql("told"), account=Sql("account_id"),
    )  # fmt: skip
    return events.cte("event", insert)


def accounts(account_ids: Collection[int]) -> None:
    """Delete the groups of accounts, with all that hangs on them."""
    doomed = sql(
        "SELECT id FROM buying_groups_buyinggroup WHERE account_id = ANY({ids})", ids=list(account_ids)
    )
    for table in OF_GROUPS:
        delete = "DELETE FROM {table} WHERE group_id IN ({doomed})"
        run(sql(delete, table=Sql(f"buying_groups_{table}"), doomed=doomed))
    run(sql("DELETE FROM buying_groups_buyinggroup WHERE account_id = ANY({ids})", ids=list(account_ids)))
