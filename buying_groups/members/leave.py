"""Who leaves an account leaves its buying groups; what is deleted takes them along.

Called by accounts, through `settings.LEAVERS` and `settings.ERASERS`, in the transaction that deletes, which
holds the accounts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.events import Source
from accounts.models import Event
from accounts.sql import Sql, run, sql
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
# In the order of what hangs on what.
OF_GROUPS = ("groupscore", "groupmember", "ignoredchange")


def people(pairs: Collection[tuple[int, int]], *, now: datetime) -> None:
    """End the memberships of people, as (account id, person id), in the groups of accounts that they leave."""
    accounts, people = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    change(sql(LEFT, accounts=accounts, people=people), source=SYSTEM, now=now, overrules=True)


def accounts(account_ids: Collection[int]) -> None:
    """Delete the groups of accounts, with all that hangs on them."""
    doomed = sql(
        "SELECT id FROM buying_groups_buyinggroup WHERE account_id = ANY({ids})", ids=list(account_ids)
    )
    for table in OF_GROUPS:
        delete = "DELETE FROM {table} WHERE group_id IN ({doomed})"
        run(sql(delete, table=Sql(f"buying_groups_{table}"), doomed=doomed))
    run(sql("DELETE FROM buying_groups_buyinggroup WHERE account_id = ANY({ids})", ids=list(account_ids)))
