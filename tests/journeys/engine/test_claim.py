"""Which people a batch locks beside its accounts: those whom it shares with accounts that are not its own."""

from __future__ import annotations

import pytest

from accounts.models import Account
from journeys.engine import claim
from journeys.nodes.cohort import Cohort, Part
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db


def locked(*accounts: Account) -> int:
    ids = "{" + ",".join(str(account.pk) for account in accounts) + "}"
    return claim.lock_people({1: Cohort((Part(1, "{}", ids, len(accounts), claimed=True),))})


def test_nobody_where_nobody_is_shared():
    one, two, other = AccountFactory.create_batch(3)
    for account in (one, other, two):
        PersonFactory.create_batch(2, accounts=[account])
    assert locked(one, two) == 0
    assert locked(one, two, other) == 0


def test_nobody_where_there_are_no_people():
    assert locked(AccountFactory()) == 0


@pytest.mark.parametrize("far", [0, 5], ids=["ids together", "ids apart"])
def test_those_who_belong_to_an_account_of_somebody_else(far):
    mine, other = AccountFactory.create_batch(2)
    PersonFactory(accounts=[mine])
    PersonFactory.create_batch(far, accounts=[AccountFactory()])
    PersonFactory(accounts=[mine, other])
    PersonFactory(accounts=[mine])
    assert locked(mine) == 1
    assert locked(other) == 1


def test_nobody_of_two_accounts_that_are_both_its_own():
    one, two = AccountFactory.create_batch(2)
    PersonFactory.create_batch(3, accounts=[one, two])
    assert locked(one, two) == 0
    assert locked(one) == 3
