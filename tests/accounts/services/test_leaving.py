from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pytest

from accounts.events import Source
from accounts.models import AccountPerson, Event
from accounts.services import people, relations
from accounts.services.leaving import Pair
from tests.factories import AccountFactory, PersonFactory

pytestmark = pytest.mark.django_db
LEFT: list[tuple[Collection[Pair], datetime, Source | None]] = []


def remember(pairs: Collection[Pair], *, now: datetime, deleted_by: Source | None) -> None:
    LEFT.append((pairs, now, deleted_by))


@pytest.fixture(autouse=True)
def remembering(settings) -> None:
    settings.LEAVERS = [f"{__name__}.remember"]
    LEFT.clear()


def test_who_is_taken_out_of_an_account_leaves_it(now: datetime) -> None:
    acme, other = AccountFactory.create_batch(2)
    anna = PersonFactory(accounts=[acme, other])

    relations.remove(acme.pk, anna.pk, by=None, now=now)

    assert [([(acme.pk, anna.pk)], now, None)] == LEFT


def test_who_was_not_there_leaves_nothing(now: datetime) -> None:
    relations.remove(AccountFactory().pk, PersonFactory().pk, by=None, now=now)

    assert LEFT == []


def test_who_is_deleted_leaves_every_account(now: datetime) -> None:
    both = AccountFactory.create_batch(2)
    anna, ben = PersonFactory(accounts=both), PersonFactory(accounts=both[:1])
    pairs = set(AccountPerson.objects.values_list("account_id", "person_id"))

    people.delete([anna.pk, ben.pk], by=None, now=now)

    [(left, _, deleted_by)] = LEFT
    assert set(left) == pairs
    assert deleted_by == Source(Event.Source.SYSTEM)
