"""What the system does by itself: start, close at the end, finish, sweep (spec 1.2), through a round."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import ChangeReader
from journeys import rounds, services
from journeys.engine import ready
from journeys.models import Entry, HistoryRecord, Journey
from journeys.services import lifecycle
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.maps import add_to_journey, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, how, inside, numbers

pytestmark = pytest.mark.django_db


def status(journey: Journey) -> str:
    return str(Journey.objects.get(pk=journey.pk).status)


def go_round(engine: Engine, times: int = 1) -> None:
    for _ in range(times):
        rounds.go_round(engine.worker)


def done(journey: Journey) -> list[str]:
    return list(HistoryRecord.objects.filter(journey=journey).order_by("id").values_list("what", flat=True))


class TestStart:
    def test_a_scheduled_journey_lets_nobody_in(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        journey = publish_map(start(), status="scheduled", starts_at=clock.now + timedelta(hours=1))
        go_round(engine)
        assert (status(journey), inside(journey)) == ("scheduled", [])

    def test_starts_at_its_time_and_lets_accounts_in(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        at = clock.now + timedelta(hours=1)
        journey = publish_map(start(), wait("rest", days=9), status="scheduled", starts_at=at)
        clock.now = at
        go_round(engine)
        assert (status(journey), inside(journey)) == ("live", [account.pk])
        assert Journey.objects.get(pk=journey.pk).started_at == at

    def test_says_when_it_started_late(self, engine: Engine, clock: Clock) -> None:
        journey = publish_map(start(), status="scheduled", starts_at=clock.now + timedelta(hours=1))
        clock.forward(hours=3)
        go_round(engine)
        record = HistoryRecord.objects.get(journey=journey, what="started")
        assert record.detail == {"late_by_seconds": 7200}

    def test_waits_while_it_is_held(self, engine: Engine, clock: Clock) -> None:
        journey = publish_map(start(), status="scheduled", starts_at=clock.now, held_at=clock.now)
        go_round(engine)
        assert status(journey) == "scheduled"


class TestEnd:
    @pytest.mark.parametrize("mode", ["once", "continuous"])
    def test_closes_a_live_journey_and_ends_nobody(self, engine: Engine, clock: Clock, mode: str) -> None:
        account = AccountFactory()
        journey = publish_map(start(mode=mode), wait("rest", days=30), ends_at=clock.now + timedelta(days=1))
        go_round(engine)
        clock.forward(days=1)
        go_round(engine)
        assert (status(journey), inside(journey)) == ("closed", [account.pk])
        AccountFactory()
        clock.forward(days=29)
        go_round(engine)
        assert (status(journey), how(entry(journey, account))) == ("finished", ("completed", "completed"))
        assert numbers(journey) == {"entered": 1, "completed": 1}

    def test_lets_nobody_in_any_more(self, engine: Engine, clock: Clock) -> None:
        journey = publish_map(start(), ends_at=clock.now + timedelta(days=1))
        clock.forward(days=1)
        AccountFactory()
        go_round(engine)
        assert not Entry.objects.filter(journey=journey).exists()

    def test_forgets_the_audience(self, engine: Engine, clock: Clock) -> None:
        publish_map(start(), ends_at=clock.now + timedelta(days=1))
        go_round(engine)
        assert ChangeReader.objects.exists()
        clock.forward(days=1)
        go_round(engine, 2)
        assert not ChangeReader.objects.exists()


class TestFinishOfOnce:
    def test_comes_when_it_was_read_and_nobody_is_inside(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        journey = publish_map(start(mode="once"), wait("rest", days=1))
        go_round(engine)
        assert status(journey) == "live"
        clock.forward(days=1)
        go_round(engine)
        assert status(journey) == "finished"
        assert Journey.objects.get(pk=journey.pk).ended_at == clock.now

    def test_comes_in_the_very_round_in_which_the_last_one_left(self, engine: Engine) -> None:
        AccountFactory()
        journey = publish_map(start(mode="once"))
        go_round(engine)
        assert status(journey) == "finished"

    def test_needs_an_entry(self, engine: Engine, clock: Clock) -> None:
        journey = publish_map(start(AccountListFactory(), mode="once"), ends_at=clock.now + timedelta(days=1))
        go_round(engine)
        assert status(journey) == "live"
        clock.forward(days=1)
        go_round(engine)
        assert status(journey) == "finished"

    def test_does_not_come_before_the_audience_was_read(self, clock: Clock) -> None:
        journey = publish_map(start(mode="once"))
        Entry.objects.create(
            journey=journey, account=AccountFactory(), version=journey.version, node_id=1, status=2, reason=1,
            arrived_at=clock.now, started_at=clock.now, ended_at=clock.now,
        )  # fmt: skip
        assert not ready.may_finish(journey.pk)
        Entry.objects.all().delete()

    def test_waits_for_journeys_that_add_accounts_to_it(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        target = publish_map(start(mode="once"))
        source = publish_map(
            start(AccountListFactory()), add_to_journey("add", target), ends_at=clock.now + timedelta(days=1)
        )
        go_round(engine)
        assert status(target) == "live"
        clock.forward(days=1)
        go_round(engine, 2)
        assert (status(source), status(target)) == ("finished", "finished")

    def test_does_not_wait_for_a_delay_of_re_entry(self, engine: Engine) -> None:
        AccountFactory()
        journey = publish_map(start(mode="once"), re_entry_enabled=True)
        go_round(engine)
        assert status(journey) == "finished"

    def test_waits_for_a_failed_entry(self, engine: Engine) -> None:
        def fail(point: str) -> None:
            if point == "before:wait":
                raise ValueError("broken")

        AccountFactory()
        engine.fail = fail
        journey = publish_map(start(mode="once"), wait("none", minutes=0))
        go_round(engine)
        assert status(journey) == "live"
        assert Entry.objects.get(journey=journey).status == Entry.Status.FAILED


class TestFinishOfContinuous:
    def test_never_comes_while_it_is_live(self, engine: Engine) -> None:
        AccountFactory()
        journey = publish_map(start())
        go_round(engine, 2)
        assert status(journey) == "live"

    def test_comes_when_it_is_closed_and_the_last_one_left(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        journey = publish_map(start(), wait("rest", days=1))
        go_round(engine)
        lifecycle.close(journey, by=None, now=clock.now, interface="command")
        go_round(engine)
        assert status(journey) == "closed"
        clock.forward(days=1)
        go_round(engine)
        assert status(journey) == "finished"
        assert done(journey) == ["closed", "finished"]

    def test_waits_while_it_is_held(self, engine: Engine, clock: Clock) -> None:
        journey = publish_map(start(), status="closed", held_at=clock.now)
        go_round(engine)
        assert status(journey) == "closed"


class TestAbort:
    @pytest.fixture
    def journey(self, engine: Engine, clock: Clock) -> Journey:
        AccountFactory.create_batch(5)
        journey = publish_map(start(), wait("rest", days=1))
        go_round(engine)
        return lifecycle.abort(journey, by=None, now=clock.now, interface="command")

    def test_moves_nobody_any_more(self, engine: Engine, clock: Clock, journey: Journey) -> None:
        clock.forward(days=1)
        assert engine.move() == 0

    def test_everybody_is_ended_where_they_stood(
        self, engine: Engine, clock: Clock, journey: Journey
    ) -> None:
        clock.forward(days=1)
        go_round(engine)
        ended = Entry.objects.filter(journey=journey)
        assert {(one.node.key, *how(one)) for one in ended} == {("rest", "aborted", "journey_aborted")}
        assert numbers(journey) == {"entered": 5, "aborted": 5}
        assert Journey.objects.get(pk=journey.pk).swept_at == clock.now

    def test_a_deleted_one_is_swept_or_purged_and_leaves_nothing(
        self, engine: Engine, clock: Clock, journey: Journey
    ) -> None:
        services.delete(journey, by=None, now=clock.now, interface="command")
        go_round(engine, 2)
        assert not Journey.objects.filter(pk=journey.pk).exists()
        assert not Entry.objects.exists()
