from __future__ import annotations

import pytest

from accounts.models import Account
from journeys.engine import claim, leave
from journeys.engine.move import move
from journeys.models import Entry, EntryFailure, Journey, Visit
from tests.factories import AccountFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, how, node, numbers, way

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> list[Account]:
    return AccountFactory.create_batch(7)


@pytest.fixture
def journey(engine: Engine, accounts: list[Account]) -> Journey:
    journey = publish_map(start(), wait("rest", days=300))
    engine.run()
    return journey


class TestRemovedByStaff:
    def test_ends_where_it_stood(self, clock: Clock, journey: Journey, accounts: list[Account]) -> None:
        clock.forward(hours=5)
        one = entry(journey, accounts[0])
        assert leave.remove(journey.pk, [one.pk], now=clock.now) == 1
        one = entry(journey, accounts[0])
        assert how(one) == ("removed", "removed_by_staff")
        assert (one.ended_at, one.due_at, one.node) == (clock.now, None, node(journey, "rest"))
        assert way(one) == ["start", "rest"]
        assert Visit.objects.get(entry=one, number=2).left_at == clock.now
        assert numbers(journey, "rest") == {"entered": 7, "left": 1}
        assert numbers(journey) == {"entered": 7, "removed": 1}

    def test_does_not_move_any_more(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account]
    ) -> None:
        leave.remove(journey.pk, [entry(journey, accounts[0]).pk], now=clock.now)
        clock.forward(days=300)
        assert engine.move() == 6

    def test_once_only(self, clock: Clock, journey: Journey, accounts: list[Account]) -> None:
        one = entry(journey, accounts[0])
        assert [leave.remove(journey.pk, [one.pk], now=clock.now) for _ in range(2)] == [1, 0]

    def test_only_those_of_the_journey(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account]
    ) -> None:
        other = publish_map(start(), wait("rest", days=1))
        engine.run()
        assert leave.remove(other.pk, [entry(journey, accounts[0]).pk], now=clock.now) == 0
        assert entry(journey, accounts[0]).status == Entry.Status.ACTIVE

    def test_one_that_is_due_and_on_record_is_not_moved(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account]
    ) -> None:
        """A batch was picked before; what it finds when it has the account counts."""
        clock.forward(days=300)
        picked = claim.pick(journey.pk, size=5000, now=clock.now)
        assert picked is not None
        leave.remove(journey.pk, [entry(journey, accounts[0]).pk], now=clock.now)
        assert journey.version_id is not None
        assert move(picked, journey.pk, journey.version_id, clock.now).entries == 6
        assert how(entry(journey, accounts[0])) == ("removed", "removed_by_staff")


class TestSweep:
    @pytest.fixture
    def aborted(self, journey: Journey) -> Journey:
        Journey.objects.filter(pk=journey.pk).update(status="aborted")
        return journey

    def test_goes_in_batches(self, clock: Clock, aborted: Journey) -> None:
        assert [leave.sweep_aborted(aborted.pk, now=clock.now, size=3) for _ in range(4)] == [3, 3, 1, 0]

    def test_is_done_only_when_nobody_is_inside(self, clock: Clock, aborted: Journey) -> None:
        leave.sweep_aborted(aborted.pk, now=clock.now, size=3)
        leave.mark_swept(aborted.pk, now=clock.now)
        assert Journey.objects.get(pk=aborted.pk).swept_at is None
        leave.sweep_aborted(aborted.pk, now=clock.now, size=10)
        leave.mark_swept(aborted.pk, now=clock.now)
        assert Journey.objects.get(pk=aborted.pk).swept_at == clock.now

    def test_takes_the_failed_ones_too(self, engine: Engine, clock: Clock, accounts: list[Account]) -> None:
        def fail(point: str) -> None:
            if point == "before:wait":
                raise ValueError("broken")

        engine.fail = fail
        engine.size = 1
        journey = publish_map(start(), wait("rest", days=300))
        engine.run()
        assert numbers(journey, "rest") == {"failed": 7}
        Journey.objects.filter(pk=journey.pk).update(status="aborted")
        assert leave.sweep_aborted(journey.pk, now=clock.now, size=100) == 7
        assert not EntryFailure.objects.exists()
        assert numbers(journey) == {"entered": 7, "aborted": 7}
