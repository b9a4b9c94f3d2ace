"""Putting accounts on static lists and taking them off. Journeys have statements of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts import changes
from accounts.events import Source
from accounts.lists.moved import batches, event
from accounts.models import AccountList, EventType
from accounts.sql import Sql, rows, sql

PUT = """
    INSERT INTO accounts_listmember (account_list_id, account_id, added_at)
    SELECT {list}, account.id, {now}::timestamptz FROM accounts_account account
    WHERE account.id = ANY({ids}::bigint[]) ON CONFLICT DO NOTHING RETURNING account_id
"""
TAKE = """
    DELETE FROM accounts_listmember WHERE account_list_id = {list} AND account_id = ANY({ids}::bigint[])
    RETURNING account_id
"""


def add(account_list: AccountList, ids: Iterable[int], *, source: Source, now: datetime) -> int:
    """Put accounts on a static list; how many were not there. A transaction of its own for each 5,000.

    Accounts that do not exist are passed over; so are all when the list has been deleted meanwhile.
    """
    type = EventType.BuiltIn.ADDED_TO_ACCOUNT_LIST
    return sum(_change(account_list, batch, PUT, type, source, now) for batch in batches(ids))


def remove(account_list: AccountList, ids: Iterable[int], *, source: Source, now: datetime) -> int:
    """Take accounts off a static list; how many were there. A transaction of its own for each 5,000."""
    type = EventType.BuiltIn.REMOVED_FROM_ACCOUNT_LIST
    return sum(_change(account_list, batch, TAKE, type, source, now) for batch in batches(ids))


@transaction.atomic
def _change(
    account_list: AccountList,
    ids: list[int],
    write: str,
    type: EventType.BuiltIn,
    source: Source,
    now: datetime,
) -> int:
    # Who deletes the list locks its row first: a member that came after that would stay for ever.
    if not rows(sql("SELECT id FROM accounts_accountlist WHERE id = {id} FOR KEY SHARE", id=account_list.pk)):
        return 0
    lock = "SELECT id FROM accounts_account WHERE id = ANY({ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE"
    rows(sql(lock, ids=ids))
    statement = sql(
        "WITH moved AS ({write}), marked AS ({mark}){event} SELECT count(*) FROM moved",
        write=sql(write, list=account_list.pk, ids=ids, now=now),
        mark=changes.mark_statement(Sql("SELECT account_id FROM moved")),
        event=event(account_list, "moved", type, source, now),
    )
    [(count,)] = rows(statement)
    return int(count)
