from __future__ import annotations

from datetime import timedelta

import pytest

from journeys import rounds, services, tasks
from journeys.engine import identity, worker
from journeys.models import Batch, EngineState, Entry, Journey
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, numbers, where

pytestmark = pytest.mark.django_db


def waiting(n: int = 10, **fields: object) -> Journey:
    return publish_map(
        start(AccountListFactory(members=AccountFactory.create_batch(n))), wait("rest", days=1), **fields
    )  # type: ignore[arg-type]


def go_round(by: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round in the plain loop, or all that beat starts for journeys."""
    if by == "run_engine":
        rounds.go_round(engine.worker)
        return
    monkeypatch.setattr(tasks, "_worker", lambda: engine.worker)
    tasks.admit()
    tasks.advance()


class TestHold:
    def test_of_a_journey_moves_nobody_in_it(self, engine: Engine, clock: Clock) -> None:
        held, other = waiting(), waiting()
        engine.run()
        Journey.objects.filter(pk=held.pk).update(held_at=clock.now)
        clock.forward(days=1)
        engine.run()
        assert (where(held), where(other)) == ({"rest": 10}, {})

    def test_what_fell_due_meanwhile_is_caught_up(self, engine: Engine, clock: Clock) -> None:
        journey = waiting()
        engine.run()
        Journey.objects.filter(pk=journey.pk).update(held_at=clock.now)
        clock.forward(days=5)
        engine.run()
        Journey.objects.filter(pk=journey.pk).update(held_at=None)
        engine.run()
        assert numbers(journey) == {"entered": 10, "completed": 10}

    def test_of_the_engine_moves_and_admits_nobody(self, engine: Engine, clock: Clock) -> None:
        moving, entering = waiting(), waiting()
        engine.admit(moving)
        EngineState.objects.update_or_create(pk=1, defaults={"held_at": clock.now})
        engine.run()
        assert (where(moving), where(entering)) == ({"start": 10}, {})
        assert not rounds.go_round(engine.worker)

    @pytest.mark.parametrize("by", ["run_engine", "celery"])
    def test_of_the_engine_leaves_nobody_inside_an_aborted_journey(
        self, engine: Engine, clock: Clock, by: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An abort is immediate, whatever is held (spec 1.2)."""
        aborted, other = waiting(), waiting()
        engine.run()
        services.hold_engine(because="Prices", by=None, now=clock.now)
        services.abort(aborted, by=None, now=clock.now, interface="api")
        clock.forward(days=1)

        go_round(by, engine, monkeypatch)

        assert numbers(aborted) == {"entered": 10, "aborted": 10}
        assert (where(aborted), where(other)) == ({}, {"rest": 10})
        assert Journey.objects.get(pk=aborted.pk).swept_at == clock.now

    def test_that_came_after_the_pick_moves_nobody(self, engine: Engine, clock: Clock) -> None:
        journey = waiting()
        engine.admit()
        seen = worker.due_journeys(clock.now)
        Journey.objects.filter(pk=journey.pk).update(held_at=clock.now)
        assert [engine.worker.move_batch(*one) for one in seen] == [None]
        assert where(journey) == {"start": 10}
        assert not Batch.objects.exists()


class TestStatus:
    @pytest.mark.parametrize("status", ["aborted", "finished"])
    def test_nobody_moves_in_a_journey_that_has_ended(
        self, engine: Engine, clock: Clock, status: str, broken_on_purpose: None
    ) -> None:
        journey = waiting()
        engine.admit()
        seen = worker.due_journeys(clock.now)
        Journey.objects.filter(pk=journey.pk).update(status=status)
        assert [engine.worker.move_batch(*one) for one in seen] == [None]
        assert worker.due_journeys(clock.now) == []
        assert where(journey) == {"start": 10}

    def test_who_is_inside_a_closed_one_goes_on(self, engine: Engine, clock: Clock) -> None:
        journey = waiting()
        engine.admit()
        Journey.objects.filter(pk=journey.pk).update(status="closed")
        engine.run()
        assert where(journey) == {"rest": 10}


class TestVersion:
    def test_a_map_of_a_newer_engine_is_left_alone(
        self, engine: Engine, clock: Clock, broken_on_purpose: None
    ) -> None:
        journey = waiting()
        engine.admit()
        assert journey.version is not None
        journey.version.engine = 99
        journey.version.save()
        engine.run()
        assert where(journey) == {"start": 10}


class TestTurns:
    def test_journeys_take_turns_a_batch_each(self, engine: Engine) -> None:
        engine.size = 4
        journeys = [waiting() for _ in range(2)]
        engine.admit()
        asked = []
        one = engine.worker
        original = one.move_batch
        one.move_batch = lambda journey, version: (asked.append(journey), original(journey, version))[1]  # type: ignore[assignment,func-returns-value]
        one.move_due()
        first, second = (journey.pk for journey in journeys)
        assert asked == [first, second] * 3 + [first, second]

    def test_the_oldest_due_goes_first(self, engine: Engine, clock: Clock) -> None:
        engine.size = 1
        journey = waiting(3)
        engine.admit()
        ids = list(Entry.objects.order_by("id").values_list("id", flat=True))
        for n, one in enumerate(reversed(ids)):
            Entry.objects.filter(pk=one).update(due_at=clock.now - timedelta(hours=9 - n))
        engine.worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert list(Entry.objects.filter(node__key="rest").values_list("id", flat=True)) == [ids[-1]]

    def test_stops_when_it_is_told_to(self, engine: Engine) -> None:
        engine.size = 2
        journey = waiting()
        engine.admit()
        asked = iter([False, True])
        engine.worker.move_due(until=lambda: next(asked))
        assert where(journey) == {"rest": 4, "start": 6}


class TestSize:
    def test_is_halved_after_a_batch_that_took_long(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journey = waiting(200)
        engine.size = 160
        ticks = iter(range(0, 1000, 2))
        monkeypatch.setattr(worker, "monotonic", lambda: next(ticks))
        engine.admit()
        engine.worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert engine.worker.sizes == {journey.pk: 80}
        engine.worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert engine.worker.sizes == {journey.pk: 50}

    def test_grows_back_when_batches_are_quick(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        journey = waiting(60)
        engine.worker.sizes[journey.pk] = 50
        monkeypatch.setattr(worker, "monotonic", lambda: 0.0)
        engine.admit()
        engine.worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert engine.worker.sizes == {journey.pk: 100}


class TestCopy:
    """A restored or cloned database holds itself until staff resume it (spec 5.3)."""

    @pytest.fixture
    def copied(self, engine: Engine, clock: Clock) -> Journey:
        journey = waiting()
        identity.check(clock.now)
        engine.run()
        EngineState.objects.update(identity="another/1")
        clock.forward(days=1)
        return journey

    def test_is_held(self, engine: Engine, clock: Clock, copied: Journey) -> None:
        assert not rounds.go_round(engine.worker)
        state = EngineState.objects.get()
        assert (state.held_at, state.held_because) == (clock.now, identity.BECAUSE)
        assert where(copied) == {"rest": 10}

    @pytest.mark.parametrize("held_before", [False, True])
    @pytest.mark.parametrize("by", ["run_engine", "celery"])
    def test_does_not_end_what_was_aborted_either(
        self, engine: Engine, clock: Clock, copied: Journey, by: str, held_before: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """Perhaps it is there to look at what was inside."""
        if held_before:
            services.hold_engine(because="Prices", by=None, now=clock.now)
        services.abort(copied, by=None, now=clock.now, interface="api")
        for _ in range(2):
            go_round(by, engine, monkeypatch)
        assert where(copied) == {"rest": 10}

        identity.accept()
        go_round(by, engine, monkeypatch)
        assert where(copied) == {}

    def test_stays_held(self, engine: Engine, copied: Journey) -> None:
        for _ in range(3):
            rounds.go_round(engine.worker)
        assert where(copied) == {"rest": 10}

    def test_goes_on_when_it_is_resumed(self, engine: Engine, copied: Journey) -> None:
        rounds.go_round(engine.worker)
        identity.accept()
        rounds.go_round(engine.worker)
        assert where(copied) == {}

    def test_is_known_by_a_transaction_number_that_went_back(self, clock: Clock, copied: Journey) -> None:
        identity.accept()
        EngineState.objects.update(last_xid=2**60)
        assert not identity.check(clock.now)

    def test_the_same_database_is_not_held(self, clock: Clock) -> None:
        assert [identity.check(clock.now) for _ in range(3)] == [True] * 3

    @pytest.mark.parametrize("task", [tasks.advance, tasks.admit])
    def test_is_held_by_the_tasks_too(
        self, engine: Engine, copied: Journey, task: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "_worker", lambda: engine.worker)
        copied_again = waiting()
        task()  # type: ignore[operator]
        assert where(copied) == {"rest": 10}
        assert where(copied_again) == {}
        assert EngineState.objects.get().held_at is not None
