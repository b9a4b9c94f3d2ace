from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from accounts import changes
from accounts.models import Account, PersonScore
from journeys.engine import claim, maps
from journeys.engine.poison import Poison
from journeys.engine.walk import NodeFailed
from journeys.models import Entry, Journey, NodeTrouble
from journeys.nodes.wait import Wait
from tests.factories import AccountFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.curse import Curse, failed, forty, raising
from tests.journeys.engine.tools import Clock, Engine, entry, node, numbers, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> list[Account]:
    return forty()


@pytest.fixture
def journey(accounts: list[Account]) -> Journey:
    return raising()


class TestABrokenNode:
    def test_is_parked_and_nobody_stays_failed(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        trouble = NodeTrouble.objects.get()
        assert (trouble.node, trouble.error, trouble.attempts) == (
            node(journey, "raise"),
            "ValueError: bad value",
            1,
        )
        assert trouble.retry_at == clock.now + timedelta(minutes=1)
        assert failed(journey) == []
        assert numbers(journey, "raise") == {"entered": 40}
        assert where(journey) == {"raise": 40}

    def test_is_found_without_trying_everybody(self, engine: Engine, journey: Journey, curse: Curse) -> None:
        curse.everybody = True
        engine.run()
        assert len(curse.sizes) <= 30

    def test_is_tried_again_after_a_pause_that_grows(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        pauses = []
        for _ in range(8):
            before = NodeTrouble.objects.get()
            clock.now = before.retry_at
            engine.run()
            after = NodeTrouble.objects.get()
            assert after.attempts == before.attempts + 1
            pauses.append((after.retry_at - clock.now) / timedelta(minutes=1))
        assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
        assert failed(journey) == []

    def test_may_be_broken_for_days(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        NodeTrouble.objects.update(attempts=5000)
        clock.forward(hours=1)
        engine.run()
        assert NodeTrouble.objects.get().retry_at == clock.now + timedelta(hours=1)

    def test_is_left_alone_during_the_pause(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        curse.sizes.clear()
        clock.forward(seconds=59)
        AccountFactory()
        engine.run()
        assert curse.sizes == []

    def test_whoever_comes_later_waits_before_it(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        late = AccountFactory()
        changes.mark([late.pk])
        engine.run()
        assert (entry(journey, late).node.key, entry(journey, late).due_at) == (
            "raise",
            NodeTrouble.objects.get().retry_at,
        )

    def test_is_cleared_when_it_works_again(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        curse.everybody = False
        clock.forward(minutes=1)
        engine.run()
        assert not NodeTrouble.objects.exists()
        assert where(journey) == {"rest": 40}
        assert PersonScore.objects.filter(value=5).count() == 40

    def test_two_workers_leave_nobody_failed(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        """Each has seen a part of the failures."""
        curse.everybody = True
        engine.admit()
        one, two = Engine(clock).worker, Engine(clock).worker
        for _ in range(200):
            for worker in (one, two):
                worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert NodeTrouble.objects.get().node == node(journey, "raise")
        assert failed(journey) == []

    def test_that_another_worker_has_set_aside_blames_nobody(
        self, engine: Engine, clock: Clock, journey: Journey
    ) -> None:
        """This worker was in the middle of its second try."""
        engine.admit()
        assert journey.version_id is not None
        picked = claim.pick(journey.pk, size=1, now=clock.now)
        assert picked is not None
        raising = next(node for node in maps.load(journey.version_id).nodes if node.key == "raise")
        later = clock.now + timedelta(minutes=1)
        NodeTrouble.objects.create(
            node_id=raising.id,
            journey=journey,
            error="ValueError: bad value",
            since=clock.now,
            retry_at=later,
        )
        failure = NodeFailed(raising, ValueError("bad value"))
        Poison().handle(replace(picked, errors=1), journey.pk, failure, clock.now)
        assert failed(journey) == []
        engine.run()
        assert where(journey) == {"raise": 40}

    def test_that_is_a_wait_keeps_everybody_for_the_whole_wait(
        self, engine: Engine, clock: Clock, accounts: list[Account], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> NoReturn:
            raise ValueError("broken")

        engine.size = 30
        journey = publish_map(start(), wait("rest", days=10))
        arrived = clock.now
        with monkeypatch.context() as broken:
            broken.setattr(Wait, "arrive", fail)
            engine.run()
        assert where(journey) == {"rest": 40}
        assert NodeTrouble.objects.filter(node=node(journey, "rest")).exists()
        clock.forward(minutes=1)
        engine.run()
        assert where(journey) == {"rest": 40}
        assert set(Entry.objects.filter(journey=journey).values_list("due_at", flat=True)) == {
            arrived + timedelta(days=10)
        }
        assert not NodeTrouble.objects.filter(journey=journey).exists()
