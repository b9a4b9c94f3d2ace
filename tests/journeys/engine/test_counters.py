from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import Event
from journeys import rounds
from journeys.engine import counters, fence, purge
from journeys.engine.verify import verify
from journeys.models import (
    Batch,
    Counter,
    CounterDelta,
    Entry,
    EntryFailure,
    Journey,
    MapVersion,
    Visit,
    What,
)
from tests.factories import AccountFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(engine: Engine) -> Journey:
    AccountFactory.create_batch(4)
    journey = publish_map(start(), wait("rest", days=1))
    engine.run()
    return journey


class TestFold:
    def test_changes_no_number(self, engine: Engine, clock: Clock, journey: Journey) -> None:
        before = counters.read(journey.pk)
        assert counters.fold(clock.now)
        assert counters.read(journey.pk) == before
        assert not CounterDelta.objects.exists()
        assert verify() == {}

    def test_adds_to_what_was_folded_before(self, engine: Engine, clock: Clock, journey: Journey) -> None:
        counters.fold(clock.now)
        clock.forward(days=1)
        engine.move()
        counters.fold(clock.now)
        assert numbers(journey, "rest") == {"entered": 4, "left": 4}
        assert Counter.objects.filter(journey_id=journey.pk, node_id=0).count() == 2

    def test_holds_numbers_beyond_what_an_integer_can(
        self, clock: Clock, journey: Journey, broken_on_purpose: None
    ) -> None:
        counters.add(journey.pk, {(0, What.ENTERED): 2**40})
        counters.fold(clock.now)
        assert numbers(journey)["entered"] == 2**40 + 4

    def test_with_nothing_to_fold_does_nothing(self, clock: Clock) -> None:
        assert counters.fold(clock.now) == 0

    def test_adds_no_row_for_nothing(self, journey: Journey) -> None:
        before = CounterDelta.objects.count()
        counters.add(journey.pk, {(0, What.REMOVED): 0})
        assert CounterDelta.objects.count() == before


class TestPurge:
    @pytest.fixture
    def deleted(self, clock: Clock, journey: Journey) -> Journey:
        Journey.objects.filter(pk=journey.pk).update(status="aborted")
        Journey.objects.filter(pk=journey.pk).update(deleted_at=clock.now)
        return journey

    def test_leaves_nothing_of_a_deleted_journey(self, deleted: Journey) -> None:
        assert purge.purge_deleted(size=3) == 1
        for model in (Journey, MapVersion, Entry, Visit, EntryFailure, Counter, CounterDelta, Batch):
            assert not model.objects.exists(), model

    def test_leaves_the_events(self, deleted: Journey) -> None:
        before = Event.objects.count()
        purge.purge_deleted(size=1000)
        assert Event.objects.count() == before > 0

    def test_leaves_other_journeys_alone(self, engine: Engine, deleted: Journey) -> None:
        other = publish_map(start(), wait("rest", days=1))
        engine.run()
        purge.purge_deleted(size=1000)
        assert numbers(other) == {"entered": 4}
        assert Visit.objects.filter(entry__journey=other).count() == 4


class TestRetention:
    def test_deletes_what_is_older_and_nothing_else(self, clock: Clock, journey: Journey) -> None:
        Event.objects.filter(pk=Event.objects.earliest("id").pk).update(
            received_at=clock.now - timedelta(days=40)
        )
        before = Event.objects.count()
        assert purge.expire_events(before=clock.now - timedelta(days=30), size=1) == 1
        assert Event.objects.count() == before - 1

    def test_is_off_unless_it_is_set(self, clock: Clock, journey: Journey, settings: Settings) -> None:
        Event.objects.update(received_at=clock.now - timedelta(days=4000))
        rounds.tidy(clock)
        assert Event.objects.exists()
        settings.RETENTION_DAYS = 30
        rounds.tidy(clock)
        assert not Event.objects.exists()


class TestFenceKinds:
    def test_are_all_different(self) -> None:
        kinds = [fence.MOVING, fence.ADMITTING, fence.PICKING, fence.WORKER, fence.FOLDING]
        assert len(set(kinds)) == len(kinds)
