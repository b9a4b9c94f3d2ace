"""Whoever is changed by a transaction that commits late comes in with the next look.

The rule: docs/engine.md, "Readers by snapshot".
"""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts import changes, readers
from accounts.models import Account, AccountChange
from journeys.engine import admit
from journeys.models import Entry, Journey
from tests.conftest import NOW
from tests.factories import AccountFactory, AudienceFactory
from tests.factories.maps import condition, publish_map, start, wait
from tests.faults.processes import poll
from tests.faults.threads import Gate, Together, held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account() -> Account:
    account: Account = AccountFactory(employees=1)
    return account


@pytest.fixture
def journey(account: Account) -> Journey:
    large = AudienceFactory(condition=condition("account.employees", "at_least", 100))
    journey = publish_map(start(large), wait("rest", days=9))
    look(journey)
    return journey


def look(journey: Journey) -> int:
    return admit.admit(journey.pk, clock=lambda: NOW)


def grow(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(employees=500)
    changes.mark([account.pk])


def inside() -> list[int]:
    return list(Entry.objects.order_by("account_id").values_list("account_id", flat=True))


class TestAdmission:
    def test_does_not_miss_a_change_that_commits_after_later_ones(
        self, journey: Journey, account: Account
    ) -> None:
        quick, gate = AccountFactory(employees=1), Gate()
        with Together() as threads:

            def slow() -> None:
                with transaction.atomic():
                    grow(account)
                    gate()

            threads.start(slow)
            with held(gate):
                grow(quick)
                assert look(journey) == 1
                readers.prune()
        assert look(journey) == 1
        assert inside() == [account.pk, quick.pk]

    def test_does_not_miss_a_change_while_the_first_sweep_runs(self, account: Account) -> None:
        large = AudienceFactory(condition=condition("account.employees", "at_least", 100))
        journey, gate = publish_map(start(large), wait("rest", days=9)), Gate()
        with Together() as threads:

            def slow() -> None:
                with transaction.atomic():
                    grow(account)
                    gate()

            threads.start(slow)
            with held(gate):
                assert look(journey) == 0
        assert look(journey) == 1

    def test_sees_each_change_once(self, journey: Journey, account: Account) -> None:
        grow(account)
        assert [look(journey) for _ in range(3)] == [1, 0, 0]
        # Not before every transaction of the server that ran then has ended, those of other tests too.
        poll(lambda: look(journey) == 0 and pruned(), what="an empty change log")


def pruned() -> bool:
    readers.prune()
    return not AccountChange.objects.exists()
