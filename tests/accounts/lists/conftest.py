from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import changes
from accounts.events import Source
from accounts.models import (
    Account,
    AccountChange,
    AccountList,
    Audience,
    Event,
    ListMember,
)
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountListFactory

DAY = timedelta(days=1)
STAFF = Source(Event.Source.STAFF, 5)
LARGE = asked("account.employees", "at_least", 1000)


def dynamic(*filters: dict[str, Any], name: str = "Dynamic", **keys: Any) -> AccountList:
    row: AccountList = AccountListFactory(name=name, type="dynamic", condition=condition(*filters), **keys)
    return row


def pinned(row: AccountList | Audience) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name}


def members(account_list: AccountList) -> set[int]:
    return set(ListMember.objects.filter(account_list=account_list).values_list("account_id", flat=True))


def change(account: Account, **values: Any) -> None:
    """What every writer of accounts does."""
    Account.objects.filter(pk=account.pk).update(**values)
    changes.mark([account.pk])


def settle() -> None:
    """As if all marks so far had been read: within one transaction they always are anew."""
    AccountChange.objects.all().delete()
