from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Account, Event
from accounts.services import accounts
from buying_groups.models import BuyingGroup, GroupMember
from journeys import services
from journeys.engine import claim, leave
from journeys.engine.verify import verify
from journeys.models import Batch, Entry, EntryFailure, Journey, Visit
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    BuyingGroupFactory,
    PersonFactory,
    ScoreFactory,
)
from tests.factories.maps import action, publish_map, start, wait
from tests.journeys.engine.curse import Curse, raising
from tests.journeys.engine.tools import Clock, Engine, entry, how, numbers, where

NOBODY = 2**22 + 1  # a number that no backend has


class TestDeletedAccount:
    def test_leaves_every_number_equal_to_its_list(self, engine: Engine) -> None:
        ScoreFactory()
        stays, goes = AccountFactory.create_batch(2)
        members = AccountListFactory(members=[stays, goes])
        publish_map(
            start(members), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=1)
        )
        engine.run()

        accounts.delete([goes.pk], by=None)

        assert list(Account.objects.all()) == [stays]
        assert set(Entry.objects.values_list("account_id", flat=True)) == {stays.pk}
        assert set(Visit.objects.values_list("entry__account_id", flat=True)) == {stays.pk}
        assert verify() == {}


@pytest.fixture
def pair() -> list[Account]:
    """Two accounts with a person each: the first stays, the second is deleted."""
    ScoreFactory()
    made = AccountFactory.create_batch(2)
    for account in made:
        PersonFactory(accounts=[account])
    return made


Stand = Callable[[Engine, Clock, list[Account], Curse], Journey]


def _waiting(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = raising()
    engine.run()
    return journey


def _due(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = raising()
    engine.admit()
    return journey


def _failed(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    curse.everybody = True
    return _waiting(engine, clock, pair, curse)


def _completed(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = publish_map(start(), action("raise", "change_score", score="fit", change="+5"))
    engine.run()
    return journey


def _removed(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = _waiting(engine, clock, pair, curse)
    leave.remove(journey.pk, [entry(journey, account).pk for account in pair], now=clock.now)
    return journey


def _aborted_and_swept(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = _aborted(engine, clock, pair, curse)
    leave.sweep_aborted(journey.pk, now=clock.now, size=100)
    return journey


def _aborted(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = _waiting(engine, clock, pair, curse)
    services.abort(journey, by=None, now=clock.now, interface="admin")
    return journey


def _back_again(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    journey = publish_map(
        start(), wait("rest", days=1), re_entry_enabled=True, re_entry_delay=1, re_entry_limit=3
    )
    for _ in range(3):
        engine.run()
        clock.forward(days=1)
    engine.run()
    assert Entry.objects.filter(journey=journey).count() > 2
    return journey


def _on_record(engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
    """In a batch whose worker was killed while it had both."""
    journey = _due(engine, clock, pair, curse)
    assert claim.pick(journey.pk, size=10, now=clock.now)
    Batch.objects.update(worker=NOBODY)
    return journey


STANDS: dict[str, tuple[Stand, str]] = {
    "waiting": (_waiting, "active"), "due": (_due, "active"), "failed": (_failed, "failed"),
    "completed": (_completed, "completed"), "removed": (_removed, "removed"), "aborted": (_aborted, "active"),
    "aborted and swept": (_aborted_and_swept, "aborted"), "back again": (_back_again, ""),
    "on record": (_on_record, "active"),
}  # fmt: skip


@pytest.mark.parametrize("stand", STANDS)
class TestWhereverItStands:
    """Numbers equal their lists at once, and afterwards too, when the engine goes on."""

    @pytest.fixture
    def journey(self, stand: str, engine: Engine, clock: Clock, pair: list[Account], curse: Curse) -> Journey:
        made, status = STANDS[stand]
        journey = made(engine, clock, pair, curse)
        assert {how(one)[0] for one in Entry.objects.all()} == {status} or not status
        return journey

    def test_every_number_stays_equal_to_its_list(
        self, journey: Journey, engine: Engine, clock: Clock, pair: list[Account], curse: Curse
    ) -> None:
        stays, goes = pair
        before = numbers(journey)

        accounts.delete([goes.pk], by=None)

        assert verify() == {}
        assert set(Entry.objects.values_list("account_id", flat=True)) == {stays.pk}
        assert numbers(journey) == {what: n // 2 for what, n in before.items()}
        curse.everybody = False
        for _ in range(2):
            engine.run()
            clock.forward(days=1)
        assert verify() == {}
        assert not Batch.objects.exists()

    def test_nothing_is_left_when_all_are_deleted(
        self, journey: Journey, engine: Engine, clock: Clock, pair: list[Account]
    ) -> None:
        accounts.delete([account.pk for account in pair], by=None)

        assert verify() == {}
        for model in (Entry, Visit, EntryFailure):
            assert not model._default_manager.exists(), model
        assert (numbers(journey), where(journey)) == ({}, {})
        for _ in range(3):  # what a killed worker had is taken up in halves
            engine.run()
        assert verify() == {}
        assert not Batch.objects.exists()


class TestWhatElseGoes:
    def test_its_groups_and_events_go_and_its_people_stay(self, pair: list[Account], clock: Clock) -> None:
        stays, goes = pair
        for account in pair:
            BuyingGroupFactory(account=account, members={account.people.get(): "Champion"})
            accounts.edit(account.pk, {"city": "Rome"}, by=None, now=clock.now + timedelta(days=1))

        accounts.delete([goes.pk], by=None)

        assert set(BuyingGroup.objects.values_list("account_id", flat=True)) == {stays.pk}
        assert GroupMember.objects.count() == 1
        assert set(Event.objects.values_list("account_id", flat=True)) <= {stays.pk, None}
        assert {person.accounts.count() for person in type(stays.people.get()).objects.all()} == {0, 1}
