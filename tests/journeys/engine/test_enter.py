"""*Add Account to Journey* and *Remove Account from Journey*, through the engine's port."""

from __future__ import annotations

import pytest

from accounts.models import Account, EventType
from actions.types import Reason
from journeys.engine import maps, purge
from journeys.models import Entry, Journey, Visit
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.maps import (
    JourneyFactory,
    add_to_journey,
    publish_map,
    remove_from_journey,
    start,
    wait,
)
from tests.journeys.engine.tools import (
    Clock,
    Engine,
    entry,
    event_count,
    how,
    inside,
    node,
    numbers,
    way,
    where,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return AccountFactory()


@pytest.fixture
def target() -> Journey:
    """Nobody's audience; whoever is added waits."""
    return publish_map(start(AccountListFactory()), wait("rest", days=300))


def reasons(journey: Journey, key: str) -> list[int | None]:
    return list(Visit.objects.filter(node=node(journey, key)).values_list("reason", flat=True))


class TestAdd:
    def test_enters_the_account_and_goes_on(self, engine: Engine, account: Account, target: Journey) -> None:
        source = publish_map(start(), add_to_journey("add", target))
        engine.run()
        assert inside(target) == [account.pk]
        assert how(entry(source, account)) == ("completed", "completed")
        assert numbers(source, "add") == {"entered": 1, "left": 1, "done": 1}
        assert numbers(target, "start") == {"entered": 1, "left": 1}
        assert event_count(EventType.BuiltIn.JOURNEY_ENTERED) == 2

    def test_moves_the_account_in_its_new_journey_too(
        self, engine: Engine, account: Account, target: Journey
    ) -> None:
        publish_map(start(), add_to_journey("add", target))
        engine.run()
        assert way(entry(target, account)) == ["start"]

    @pytest.mark.parametrize("status", ["closed", "aborted", "finished", "scheduled"])
    def test_skips_everybody_when_the_target_is_not_live(
        self, engine: Engine, account: Account, status: str
    ) -> None:
        target = publish_map(start(AccountListFactory()), status=status)
        source = publish_map(start(), add_to_journey("add", target))
        engine.run()
        assert not Entry.objects.filter(journey=target).exists()
        assert reasons(source, "add") == [Reason.TARGET_NOT_LIVE]
        assert how(entry(source, account)) == ("completed", "completed")

    def test_skips_everybody_when_the_target_was_deleted(
        self, engine: Engine, account: Account, clock: Clock, target: Journey
    ) -> None:
        source = publish_map(start(), add_to_journey("add", target))
        Journey.objects.filter(pk=target.pk).update(deleted_at=clock.now)
        engine.run()
        assert reasons(source, "add") == [Reason.TARGET_NOT_LIVE]
        assert numbers(source, "add") == {"entered": 1, "left": 1, "skipped": 1}

    @pytest.mark.parametrize("known", [True, False], ids=["map in memory", "map read anew"])
    def test_skips_everybody_when_the_target_is_gone_for_good(
        self, engine: Engine, account: Account, clock: Clock, target: Journey, known: bool
    ) -> None:
        source = publish_map(start(), add_to_journey("add", target))
        if known:
            maps.load(source.version_id or 0)
        Journey.objects.filter(pk=target.pk).update(deleted_at=clock.now)
        assert purge.purge_deleted(size=10) == 1
        engine.run()
        assert reasons(source, "add") == [Reason.TARGET_NOT_LIVE]
        assert how(entry(source, account)) == ("completed", "completed")

    def test_skips_who_is_inside(self, engine: Engine, account: Account, target: Journey) -> None:
        for _ in range(2):
            source = publish_map(start(), add_to_journey("add", target))
            engine.run()
        assert reasons(source, "add") == [Reason.ALREADY_INSIDE]
        assert Entry.objects.filter(journey=target).count() == 1

    def test_skips_who_may_not_enter_again(self, engine: Engine, account: Account) -> None:
        target = publish_map(start(AccountListFactory()))
        for _ in range(2):
            source = publish_map(start(), add_to_journey("add", target))
            engine.run()
        assert reasons(source, "add") == [Reason.RE_ENTRY_NOT_ALLOWED]

    def test_tells_those_of_one_batch_apart(self, engine: Engine, target: Journey) -> None:
        early = AccountFactory()
        publish_map(start(AccountListFactory(members=[early])), add_to_journey("add", target))
        engine.run()
        AccountFactory()
        source = publish_map(start(), add_to_journey("add", target))
        engine.run()
        assert numbers(source, "add") == {"entered": 2, "left": 2, "done": 1, "skipped": 1}

    def test_at_a_target_that_is_held_stands_still_until_the_release(
        self, engine: Engine, clock: Clock, account: Account, target: Journey
    ) -> None:
        source = publish_map(start(), add_to_journey("add", target))
        Journey.objects.filter(pk=target.pk).update(held_at=clock.now)
        engine.run()
        assert numbers(source, "add") == {"entered": 1, "left": 1, "done": 1}
        assert how(entry(source, account)) == ("completed", "completed")
        assert (where(target), way(entry(target, account))) == ({"start": 1}, [])
        clock.forward(days=2)
        engine.run()
        assert (where(target), way(entry(target, account))) == ({"start": 1}, [])
        Journey.objects.filter(pk=target.pk).update(held_at=None)
        engine.run()
        assert (where(target), way(entry(target, account))) == ({"rest": 1}, ["start"])


class TestRemove:
    def test_ends_the_entry_in_the_other_journey(
        self, engine: Engine, clock: Clock, account: Account, target: Journey
    ) -> None:
        publish_map(start(), add_to_journey("add", target))
        engine.run()
        source = publish_map(start(), remove_from_journey("out", target))
        engine.run()
        assert how(entry(target, account)) == ("removed", "removed_by_journey")
        assert way(entry(target, account)) == ["start", "rest"]
        assert numbers(target) == {"entered": 1, "removed": 1}
        assert numbers(source, "out") == {"entered": 1, "left": 1, "done": 1}

    def test_skips_who_is_not_inside(self, engine: Engine, account: Account, target: Journey) -> None:
        source = publish_map(start(), remove_from_journey("out", target))
        engine.run()
        assert reasons(source, "out") == [Reason.NOT_INSIDE]
        assert how(entry(source, account))[0] == "completed"

    def test_works_in_a_closed_journey(self, engine: Engine, account: Account, target: Journey) -> None:
        publish_map(start(), add_to_journey("add", target))
        engine.run()
        Journey.objects.filter(pk=target.pk).update(status="closed")
        publish_map(start(), remove_from_journey("out", target))
        engine.run()
        assert how(entry(target, account))[0] == "removed"

    def test_does_nothing_in_an_aborted_journey(
        self, engine: Engine, account: Account, target: Journey
    ) -> None:
        """Its entries are being ended as aborted, by the sweep."""
        publish_map(start(), add_to_journey("add", target))
        engine.run()
        Journey.objects.filter(pk=target.pk).update(status="aborted")
        source = publish_map(start(), remove_from_journey("out", target))
        engine.run()
        assert reasons(source, "out") == [Reason.NOT_INSIDE]
        assert entry(target, account).status == Entry.Status.ACTIVE

    def test_from_this_very_journey_ends_the_way_here(self, engine: Engine, account: Account) -> None:
        journey = JourneyFactory()
        publish_map(start(), remove_from_journey("out", journey), wait("never", days=1), journey=journey)
        journey.refresh_from_db(fields=["version"])
        engine.run()
        assert how(entry(journey, account)) == ("removed", "removed_by_journey")
        assert way(entry(journey, account)) == ["start", "out"]
        assert numbers(journey) == {"entered": 1, "removed": 1}
        assert numbers(journey, "out") == {"entered": 1, "left": 1, "done": 1}
        assert event_count(EventType.BuiltIn.JOURNEY_COMPLETED) == 0

    def test_and_add_again_starts_anew(self, engine: Engine, clock: Clock, account: Account) -> None:
        target = publish_map(
            start(AccountListFactory()), wait("rest", days=300), re_entry_enabled=True, re_entry_delay=1,
            re_entry_timing="from_start", re_entry_limit=5,
        )  # fmt: skip
        publish_map(start(), add_to_journey("add", target))
        engine.run()
        clock.forward(days=1)
        publish_map(start(), remove_from_journey("out", target), add_to_journey("again", target))
        engine.run()
        assert [one.status for one in Entry.objects.filter(journey=target).order_by("number")] == [
            Entry.Status.REMOVED, Entry.Status.ACTIVE
        ]  # fmt: skip
