"""Members of a static list for clients: what became of each account that was named (spec 6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict, User
from accounts.models import AccountList
from accounts.services import lists
from accounts.sql import rows, sql

ADDED, ALREADY_MEMBER, REMOVED, NOT_A_MEMBER = "added", "already_member", "removed", "not_a_member"
NOT_FOUND = "not_found"

HOLD_LIST = "SELECT id FROM accounts_accountlist WHERE id = {id} FOR KEY SHARE"
HOLD_ACCOUNTS = (
    "SELECT id FROM accounts_account WHERE id = ANY({ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE"
)
MEMBERS = (
    "SELECT account_id FROM accounts_listmember"
    " WHERE account_list_id = {id} AND account_id = ANY({ids}::bigint[])"
)


@transaction.atomic
def add_each(account_list: AccountList, account_ids: Sequence[int], *, by: User, now: datetime) -> list[str]:
    """Put accounts on a static list; for each in turn `added`, `already_member` or `not_found`.

    :raises PermissionDenied: :raises Conflict: as `lists.add_members`; `gone`
    """
    there, members = _hold(account_list, account_ids)
    lists.add_members(account_list, account_ids, by=by, now=now)
    return [_verdict(id, there, members, ALREADY_MEMBER, ADDED) for id in account_ids]


@transaction.atomic
def remove_each(
    account_list: AccountList, account_ids: Sequence[int], *, by: User, now: datetime
) -> list[str]:
    """Take accounts off a static list; for each in turn `removed`, `not_a_member` or `not_found`.

    :raises PermissionDenied: :raises Conflict: as `lists.remove_members`; `gone`
    """
    there, members = _hold(account_list, account_ids)
    lists.remove_members(account_list, account_ids, by=by, now=now)
    return [_verdict(id, there, members, REMOVED, NOT_A_MEMBER) for id in account_ids]


def _hold(account_list: AccountList, account_ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Which of these accounts there are, and which are members; both stay so until the transaction ends."""
    ids = list(account_ids)
    if not rows(sql(HOLD_LIST, id=account_list.pk)):
        raise Conflict("gone", _("The list “%(name)s” has been deleted.") % {"name": account_list.name})
    there = {id for (id,) in rows(sql(HOLD_ACCOUNTS, ids=ids))}
    return there, {id for (id,) in rows(sql(MEMBERS, id=account_list.pk, ids=ids))}


def _verdict(id: int, there: set[int], members: set[int], for_members: str, for_others: str) -> str:
    if id not in there:
        return NOT_FOUND
    return for_members if id in members else for_others
