from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.db.utils import DataError, InternalError

from accounts.models import Account, PersonScore
from accounts.sql import rows, sql
from actions.base import Batch as ActionBatch
from actions.base import Outcome
from actions.kinds.change_score import ChangeScore
from journeys.engine import leave
from journeys.engine.poison import is_of_the_moment
from journeys.models import Batch, Entry, EntryFailure, Journey, NodeTrouble
from journeys.nodes.wait import Wait
from tests.factories import AccountFactory, PersonFactory, ScoreFactory
from tests.factories.maps import action, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, how, node, numbers, where

pytestmark = pytest.mark.django_db


@dataclass
class Curse:
    """Makes *Change Score* raise when one of these accounts is in the batch."""

    accounts: Collection[int] = ()
    everybody: bool = False
    error: Callable[[], Exception] = lambda: ValueError("bad value")
    sizes: list[int] = field(default_factory=list)

    def __call__(self, batch: ActionBatch) -> None:
        self.sizes.append(batch.size)
        found = rows(sql("SELECT account_id FROM {subject} AS subject", subject=batch.subject))
        if self.everybody or {account for (account,) in found} & set(self.accounts):
            raise self.error()


@pytest.fixture
def curse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Curse]:
    curse, run = Curse(), ChangeScore.run

    def cursed(self: ChangeScore, batch: ActionBatch, settings: Mapping[str, Any]) -> Outcome:
        outcome = run(self, batch, settings)
        curse(batch)
        return outcome

    monkeypatch.setattr(ChangeScore, "run", cursed)
    return curse


@pytest.fixture
def accounts() -> list[Account]:
    ScoreFactory()
    accounts = AccountFactory.create_batch(40)
    for account in accounts:
        PersonFactory(accounts=[account])
    return accounts


@pytest.fixture
def journey(accounts: list[Account]) -> Journey:
    return publish_map(start(), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=300))


def failed(journey: Journey) -> list[int]:
    found = Entry.objects.filter(journey=journey, status=Entry.Status.FAILED)
    return sorted(found.values_list("account_id", flat=True))


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

    def test_stands_where_it_stood(self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse) -> None:
        curse.accounts = [accounts[0].pk]
        engine.run()
        bad = entry(journey, accounts[0])
        assert (bad.node.key, bad.visit, bad.due_at) == ("start", 1, None)
        assert not bad.visits.exists()

    def test_is_found_by_halving(self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse) -> None:
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

    def test_leaves_no_batch_behind(self, engine: Engine, journey: Journey, accounts: list[Account], curse: Curse) -> None:
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

    def test_a_retry_makes_it_due_again(self, engine: Engine, clock: Clock, journey: Journey, bad: Entry) -> None:
        assert leave.retry(journey.pk, [bad.pk], now=clock.now) == 1
        engine.run()
        assert where(journey) == {"rest": 40}
        assert not EntryFailure.objects.exists()
        assert numbers(journey, "raise") == {"entered": 40, "left": 40, "done": 40}

    def test_a_retry_of_one_that_is_well_does_nothing(self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account], bad: Entry) -> None:
        well = entry(journey, accounts[1])
        assert leave.retry(journey.pk, [well.pk], now=clock.now) == 0
        assert entry(journey, accounts[1]).due_at == well.due_at

    def test_it_can_be_removed(self, clock: Clock, journey: Journey, accounts: list[Account], bad: Entry) -> None:
        assert leave.remove(journey.pk, [bad.pk], now=clock.now) == 1
        assert how(entry(journey, accounts[0])) == ("removed", "removed_by_staff")
        assert not EntryFailure.objects.exists()
        assert numbers(journey) == {"entered": 40, "removed": 1}

    def test_one_that_fails_again_is_set_aside_again(
        self, engine: Engine, clock: Clock, journey: Journey, accounts: list[Account], curse: Curse, bad: Entry
    ) -> None:
        curse.accounts = [accounts[0].pk]
        leave.retry(journey.pk, [bad.pk], now=clock.now)
        engine.run()
        assert failed(journey) == [accounts[0].pk]


class TestABrokenNode:
    def test_is_parked_and_nobody_stays_failed(
        self, engine: Engine, clock: Clock, journey: Journey, curse: Curse
    ) -> None:
        curse.everybody = True
        engine.run()
        trouble = NodeTrouble.objects.get()
        assert (trouble.node, trouble.error, trouble.attempts) == (node(journey, "raise"), "ValueError: bad value", 1)
        assert trouble.retry_at == clock.now + timedelta(minutes=1)
        assert failed(journey) == []
        assert numbers(journey, "raise") == {"entered": 40}
        assert where(journey) == {"raise": 40}

    def test_is_found_without_trying_everybody(self, engine: Engine, journey: Journey, curse: Curse) -> None:
        curse.everybody = True
        engine.run()
        assert len(curse.sizes) <= 30

    def test_is_tried_again_after_a_pause_that_grows(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
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

    def test_may_be_broken_for_days(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        curse.everybody = True
        engine.run()
        NodeTrouble.objects.update(attempts=5000)
        clock.forward(hours=1)
        engine.run()
        assert NodeTrouble.objects.get().retry_at == clock.now + timedelta(hours=1)

    def test_is_left_alone_during_the_pause(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        curse.everybody = True
        engine.run()
        curse.sizes.clear()
        clock.forward(seconds=59)
        AccountFactory()
        engine.run()
        assert curse.sizes == []

    def test_whoever_comes_later_waits_before_it(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        from accounts import changes

        curse.everybody = True
        engine.run()
        late = AccountFactory()
        changes.mark([late.pk])
        engine.run()
        assert (entry(journey, late).node.key, entry(journey, late).due_at) == ("raise", NodeTrouble.objects.get().retry_at)

    def test_is_cleared_when_it_works_again(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        curse.everybody = True
        engine.run()
        curse.everybody = False
        clock.forward(minutes=1)
        engine.run()
        assert not NodeTrouble.objects.exists()
        assert where(journey) == {"rest": 40}
        assert PersonScore.objects.filter(value=5).count() == 40

    def test_two_workers_leave_nobody_failed(self, engine: Engine, clock: Clock, journey: Journey, curse: Curse) -> None:
        """Each has seen a part of the failures."""
        curse.everybody = True
        engine.admit()
        one, two = Engine(clock).worker, Engine(clock).worker
        for _ in range(200):
            for worker in (one, two):
                worker.move_batch(journey.pk, journey.version_id)  # type: ignore[arg-type]
        assert NodeTrouble.objects.get().node == node(journey, "raise")
        assert failed(journey) == []

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
        assert set(Entry.objects.filter(journey=journey).values_list("due_at", flat=True)) == {arrived + timedelta(days=10)}
        assert not NodeTrouble.objects.filter(journey=journey).exists()


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
    @pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "57P01", "57014", "08006", "53300", "25P03", "57P05"])
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

    def test_a_batch_that_takes_too_long_is_made_smaller(self, engine: Engine, journey: Journey, curse: Curse) -> None:
        engine.size = 1000
        curse.everybody, curse.error = True, lambda: database_error(OperationalError, "57014")
        engine.admit()
        engine.move()
        assert engine.worker.sizes[journey.pk] < 1000


class TestABatchThatKillsItsWorker:
    """The row of the batch is there, and the backend that took it is not."""

    def killed(self, engine: Engine, journey: Journey) -> None:
        from journeys.engine import claim

        picked = claim.pick(journey.pk, size=5_000, now=engine.clock.now)
        assert picked is not None
        Batch.objects.filter(pk=picked.id).update(worker=999_999_999)

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
        Entry.objects.filter(journey=journey).exclude(pk=alone.pk).update(due_at=engine.clock.now + timedelta(days=1))
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
        Entry.objects.filter(journey=journey).exclude(account=accounts[7]).update(due_at=engine.clock.now + timedelta(days=1))
        for _ in range(2):
            self.killed(engine, journey)
        engine.move()
        assert entry(journey, accounts[7]).node.key == "rest"

    def test_blames_nobody_of_many_however_often_it_dies(self, engine: Engine, journey: Journey, curse: Curse) -> None:
        engine.admit()
        for _ in range(6):
            self.killed(engine, journey)
        engine.run()
        assert failed(journey) == []
        assert where(journey) == {"rest": 40}
