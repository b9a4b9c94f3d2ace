from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.db.utils import DataError, InternalError

from accounts.models import Account, PersonScore
from accounts.sql import sql
from journeys.engine import claim, leave
from journeys.engine.poison import is_of_the_moment
from journeys.models import Batch, Entry, EntryFailure, Journey, NodeTrouble
from tests.journeys.engine.curse import Curse, failed, forty, raising
from tests.journeys.engine.tools import Clock, Engine, entry, how, node, numbers, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> list[Account]:
    return forty()


@pytest.fixture
def journey(accounts: list[Account]) -> Journey:
    return raising()


class TestABadEntry:
    def test_is_found_and_set_aside_and_the_others_go_on(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        bad = accounts[17]
        curse.accounts = [bad.pk]
        engine.run()
        assert failed(journey) == [bad.pk]
        assert where(journey) == {"rest": 39}
        assert PersonScore.objects.filter(value=5).count() == 39
        failure = EntryFailure.objects.get(entry=entry(journey, bad))
        assert (failure.error, failure.node, failure.failed_at) == (
            "ValueError: bad value", node(journey, "raise"), clock.now
        )  # fmt: skip
        assert numbers(journey, "raise") == {"entered": 39, "left": 39, "done": 39, "failed": 1}

    def test_stands_where_it_stood(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        curse.accounts = [accounts[0].pk]
        engine.run()
        bad = entry(journey, accounts[0])
        assert (bad.node.key, bad.visit, bad.due_at) == ("start", 1, None)
        assert not bad.visits.exists()

    def test_is_found_by_halving(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        curse.accounts = [accounts[17].pk]
        engine.run()
        assert max(curse.sizes) == 40
        assert len(curse.sizes) <= 2 * 6 + 3

    def test_does_not_keep_those_that_came_together_together(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        """A dozen bad rows of one import are not taken for a broken node."""
        curse.accounts = [account.pk for account in accounts[10:22]]
        engine.run()
        assert failed(journey) == sorted(curse.accounts)
        assert where(journey) == {"rest": 28}

    def test_leaves_no_batch_behind(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        curse.accounts = [accounts[3].pk, accounts[30].pk]
        engine.run()
        assert failed(journey) == sorted(curse.accounts)
        assert not Batch.objects.exists()

    def test_is_not_blamed_for_failing_once_alone(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        def error() -> Exception:
            if curse.sizes[-1] == 1:
                curse.accounts = []
            return ValueError("bad value")

        curse.accounts, curse.error = [accounts[5].pk], error
        engine.run()
        assert failed(journey) == []
        assert where(journey) == {"rest": 40}

    def test_many_of_them_do_not_make_the_node_a_bad_one(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        """Others went through it in between: it is not eight in a row."""
        curse.accounts = [account.pk for account in accounts[::3]]
        engine.run()
        assert failed(journey) == sorted(curse.accounts)
        assert not NodeTrouble.objects.exists()
        assert where(journey) == {"rest": 26}


class TestRepair:
    @pytest.fixture
    def bad(self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse) -> Entry:
        curse.accounts = [accounts[0].pk]
        engine.run()
        curse.accounts = []
        return entry(journey, accounts[0])

    def test_a_retry_makes_it_due_again(
        self, engine: Engine, clock: Clock, journey: Journey, bad: Entry
    ) -> None:
        assert leave.retry(journey.pk, [bad.pk], now=clock.now) == 1
        engine.run()
        assert where(journey) == {"rest": 40}
        assert not EntryFailure.objects.exists()
        assert numbers(journey, "raise") == {"entered": 40, "left": 40, "done": 40}

    def test_a_retry_of_one_that_is_well_does_nothing(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account], bad: Entry
    ) -> None:
        well = entry(journey, accounts[1])
        assert leave.retry(journey.pk, [well.pk], now=clock.now) == 0
        assert entry(journey, accounts[1]).due_at == well.due_at

    def test_it_can_be_removed(
        self, clock: Clock, journey: Journey, accounts: list[Account], bad: Entry
    ) -> None:
        assert leave.remove(journey.pk, [bad.pk], now=clock.now) == 1
        assert how(entry(journey, accounts[0])) == ("removed", "removed_by_staff")
        assert not EntryFailure.objects.exists()
        assert numbers(journey) == {"entered": 40, "removed": 1}

    def test_one_that_fails_again_is_set_aside_again(
        self,
        engine: Engine,
        clock: Clock,
        journey: Journey,
        accounts: list[Account],
        curse: Curse,
        bad: Entry,
    ) -> None:
        curse.accounts = [accounts[0].pk]
        leave.retry(journey.pk, [bad.pk], now=clock.now)
        engine.run()
        assert failed(journey) == [accounts[0].pk]


class Refused(psycopg.Error):
    pass


def database_error(kind: type[Exception], sqlstate: str | None) -> Exception:
    error = kind("no")
    if sqlstate:
        cause = Refused("no")
        cause.sqlstate = sqlstate  # type: ignore[assignment]
        error.__cause__ = cause
    return error


class TestErrorsOfTheMoment:
    @pytest.mark.parametrize(
        "sqlstate", ["40001", "40P01", "55P03", "57P01", "57014", "08006", "53300", "25P03", "57P05"]
    )
    def test_blame_nobody(self, sqlstate: str) -> None:
        assert is_of_the_moment(database_error(OperationalError, sqlstate))
        assert is_of_the_moment(database_error(InternalError, sqlstate))

    @pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
    def test_are_those_of_a_lost_connection(self, kind: type[Exception]) -> None:
        assert is_of_the_moment(database_error(kind, None))

    @pytest.mark.parametrize("sqlstate", ["22P02", "22003", "23505", "42703"])
    def test_are_not_those_of_a_value(self, sqlstate: str) -> None:
        assert not is_of_the_moment(database_error(DataError, sqlstate))

    def test_are_not_those_of_our_code(self) -> None:
        assert not is_of_the_moment(ValueError("bad value"))

    def test_leave_everybody_due(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        curse.everybody, curse.error = True, lambda: database_error(OperationalError, "40P01")
        engine.admit()
        assert engine.move() == 0
        assert set(Entry.objects.values_list("status", "due_at")) == {(Entry.Status.ACTIVE, clock.now)}
        assert not Batch.objects.exists()
        curse.everybody = False
        engine.run()
        assert where(journey) == {"rest": 40}

    def test_a_batch_that_takes_too_long_is_made_smaller(
        self, engine: Engine, journey: Journey, curse: Curse
    ) -> None:
        engine.size = 1000
        curse.everybody, curse.error = True, lambda: database_error(OperationalError, "57014")
        engine.admit()
        engine.move()
        assert engine.worker.sizes[journey.pk] < 1000


class TestABatchThatKillsItsWorker:
    """The row of the batch is there, and the backend that took it is not."""

    def killed(self, engine: Engine, journey: Journey) -> None:
        picked = claim.pick(journey.pk, size=5_000, now=engine.clock.now)
        assert picked is not None
        Batch.objects.filter(pk=picked.id).update(worker=999_999_999)

    def test_that_this_very_worker_has_forgotten_is_taken_up_again(
        self, engine: Engine, journey: Journey
    ) -> None:
        engine.admit()
        claim.pick(journey.pk, size=5_000, now=engine.clock.now)
        engine.run()
        assert where(journey) == {"rest": 40}

    @pytest.mark.parametrize("size", [1, 5])
    def test_that_was_through_when_its_worker_ended_is_not_one(
        self, engine: Engine, journey: Journey, monkeypatch: pytest.MonkeyPatch, size: int
    ) -> None:
        """What tells it, the row and the lock of its worker, may be seen at two moments."""
        engine.admit()
        look, seen = claim._abandoned, [sql("SELECT 0, {size}, 1", size=size)]
        monkeypatch.setattr(claim, "_abandoned", lambda at: seen.pop() if seen else look(at))
        engine.run()
        assert where(journey) == {"rest": 40}

    def test_is_tried_again_in_halves(self, engine: Engine, journey: Journey, curse: Curse) -> None:
        engine.admit()
        self.killed(engine, journey)
        engine.run()
        assert sorted(curse.sizes) == [20, 20]
        assert where(journey) == {"rest": 40}

    def test_of_one_entry_blames_it_after_three_deaths(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        engine.admit()
        alone = entry(journey, accounts[7])
        Entry.objects.filter(journey=journey).exclude(pk=alone.pk).update(
            due_at=engine.clock.now + timedelta(days=1)
        )
        for _ in range(3):
            assert failed(journey) == []
            self.killed(engine, journey)
        engine.move()
        assert failed(journey) == [accounts[7].pk]
        assert EntryFailure.objects.get().error == "Its worker died 3 times with this entry alone."
        assert curse.sizes == []

    def test_of_one_entry_goes_on_after_two_deaths(
        self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse
    ) -> None:
        engine.admit()
        Entry.objects.filter(journey=journey).exclude(account=accounts[7]).update(
            due_at=engine.clock.now + timedelta(days=1)
        )
        for _ in range(2):
            self.killed(engine, journey)
        engine.move()
        assert entry(journey, accounts[7]).node.key == "rest"

    def test_blames_nobody_of_many_however_often_it_dies(
        self, engine: Engine, journey: Journey, curse: Curse
    ) -> None:
        engine.admit()
        for _ in range(6):
            self.killed(engine, journey)
        engine.run()
        assert failed(journey) == []
        assert where(journey) == {"rest": 40}
