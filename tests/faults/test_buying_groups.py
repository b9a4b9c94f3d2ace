"""Runs that make and maintain buying groups: cut short anywhere, or two at once, they come to what one comes to.

Killed in the middle and repeated: the same; repeated: nothing; what somebody holds is waited for, never lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Account, Event
from accounts.sql import rows, sql
from buying_groups import rounds
from buying_groups.jobs.creation import run_creation
from buying_groups.jobs.maintenance import run_maintenance
from buying_groups.models import (
    BuyingGroup,
    CreationJob,
    GroupMember,
    GroupScore,
    IgnoredChange,
    JobRun,
    LeftOver,
)
from tests.conftest import NOW
from tests.factories import AudienceFactory
from tests.faults.conftest import empty
from tests.faults.groups_world import SIZE, WORK, WORLDS, N, clock, make, make_stale, outcome
from tests.faults.processes import Host, others_are_gone, poll
from tests.faults.threads import Gate, Together, at_once, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@cache
def without_fault(kind: str) -> dict[str, Any]:
    assert WORK[kind](WORLDS[kind](), clock, size=SIZE)
    found = outcome()
    empty()
    return found


def go_on() -> None:
    """A worker comes, of those who go round."""
    for run in JobRun.objects.exclude(status__in=["done", "failed"]):
        rounds._take(run.pk, clock, lambda: False)
    assert not JobRun.objects.exclude(status="done").exists()
    assert not LeftOver.objects.exists()


@pytest.fixture(params=list(WORLDS))
def kind(request: pytest.FixtureRequest, _django_db_helper: None) -> str:
    without_fault(request.param)
    return str(request.param)


class Second:
    """A fault at the second time that a point is reached: the first batch is through."""

    def __init__(self, point: str, fault: Callable[[], None]) -> None:
        self.point, self.fault, self.times = point, fault, 0

    def __call__(self, point: str) -> None:
        self.times += point == self.point
        if self.times == 2:
            self.fault()


def raise_error() -> None:
    raise RuntimeError("a fault of the test")


def cut_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


POINTS = ["after:hold", "before:commit", "after:commit"]


@pytest.mark.parametrize("point", POINTS)
class TestAFault:
    @pytest.mark.parametrize("fault", [raise_error, cut_connection])
    def test_is_made_good_by_the_next_worker(self, kind: str, point: str, fault: Callable[[], None]) -> None:
        run = WORLDS[kind]()
        with pytest.raises(Exception, match=r"a fault of the test|connection"):
            WORK[kind](run, clock, size=SIZE, fail=Second(point, fault))
        connection.close()

        go_on()

        assert outcome() == without_fault(kind)

    def test_that_kills_the_process_is_too(self, kind: str, point: str, host: Host) -> None:
        run = WORLDS[kind]()
        assert host.ask("keep", run=run.pk, at=point, now=NOW.isoformat(), size=SIZE)["signal"] == 9
        poll(others_are_gone, what="the end of the killed worker's backend")
        assert JobRun.objects.get().done in (SIZE, 2 * SIZE)

        go_on()

        assert outcome() == without_fault(kind)


class TestTwoAtOnce:
    def test_come_to_what_one_comes_to(self, kind: str) -> None:
        WORLDS[kind]()

        found = at_once(*[lambda: rounds.go_round(clock)] * 3)

        assert [one for one in found if isinstance(one, Exception)] == []
        JobRun.objects.filter(queued_at__lt=NOW).delete()  # those of the night, behind it
        assert outcome() == without_fault(kind)

    def test_one_is_left_alone_while_another_is_at_it(self, kind: str) -> None:
        run, gate = WORLDS[kind](), Gate("after:hold")
        with Together() as threads:
            threads.start(work_held, run, gate)
            with held(gate):
                assert not rounds._take(run.pk, clock, lambda: False)
        assert outcome() == without_fault(kind)

    def test_without_the_lock_of_the_run_the_second_one_gives_up(self, kind: str) -> None:
        """A connection that was lost and made anew does not hold it any more."""
        run, gate = WORLDS[kind](), Gate("after:hold")
        with Together() as threads:
            first = threads.start(WORK[kind], JobRun.objects.get(pk=run.pk), clock, size=SIZE, fail=gate)
            with held(gate):
                WORK[kind](JobRun.objects.get(pk=run.pk), clock, size=N)
            assert first.result() is True
        connection.close()
        go_on()
        assert outcome() == without_fault(kind)

    def test_jobs_that_overlap_make_one_group_an_account(self) -> None:
        first = make()
        jobs = [first.job] + [
            CreationJob.objects.create(
                solution_interest=first.job.solution_interest, audience=AudienceFactory(), created_at=NOW
            )
            for _ in range(2)
        ]
        runs = [first] + [JobRun.objects.create(kind="creation", job=job, queued_at=NOW) for job in jobs[1:]]

        found = at_once(*[lambda run=run: run_creation(run, clock, size=SIZE) for run in runs])  # type: ignore[misc]

        assert found == [True] * 3
        assert sorted(BuyingGroup.objects.values_list("account__name", flat=True)) == sorted(
            Account.objects.values_list("name", flat=True)
        )
        assert sum(JobRun.objects.values_list("created_groups", flat=True)) == N
        assert GroupMember.objects.count() == 2 * N


def work_held(run: JobRun, gate: Gate) -> bool:
    with rounds.held(rounds.LOCK_CLASS, run.pk):
        return WORK[run.kind](run, clock, size=SIZE, fail=gate)


class TestAnAccountThatSomebodyHolds:
    @pytest.fixture
    def holding(self, kind: str) -> tuple[JobRun, Gate, Callable[[], None]]:
        run, gate = WORLDS[kind](), Gate("holding")
        account = Account.objects.order_by("pk")[7]

        def hold() -> None:
            with transaction.atomic():
                rows(sql("SELECT id FROM accounts_account WHERE id = {id} FOR NO KEY UPDATE", id=account.pk))
                gate("holding")

        return run, gate, hold

    def test_is_waited_for_at_the_end(
        self, kind: str, holding: tuple[JobRun, Gate, Callable[[], None]]
    ) -> None:
        run, gate, hold = holding
        with Together() as threads:
            threads.start(hold)
            gate.wait()
            rest = threads.start(WORK[kind], run, clock, size=SIZE)
            with held(gate):
                somebody_waits()
                assert JobRun.objects.get().done == N
                assert not rest.done()

        assert rest.result() is True
        assert not LeftOver.objects.exists()
        assert outcome() == without_fault(kind)

    def test_is_left_to_the_next_round_when_it_takes_too_long(
        self, kind: str, holding: tuple[JobRun, Gate, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("buying_groups.jobs.batches.PATIENCE", "20ms")
        run, gate, hold = holding
        with Together() as threads:
            threads.start(hold)
            with held(gate):
                assert not WORK[kind](run, clock, size=SIZE)
        assert LeftOver.objects.count() == 1
        assert JobRun.objects.get().status == "running"

        go_on()

        assert outcome() == without_fault(kind)


def test_a_night_that_several_begin_is_queued_once() -> None:
    make()
    JobRun.objects.all().delete()

    at_once(*[lambda: rounds.queue_night(NOW + timedelta(days=1))] * 4)

    assert sorted(JobRun.objects.values_list("kind", flat=True)) == ["creation", "engagement", "maintenance"]


class TestTheseTests:
    @pytest.mark.parametrize("model", [BuyingGroup, GroupMember, GroupScore, IgnoredChange, Event])
    def test_see_when_one_row_is_missing(self, model: Any) -> None:
        expected = without_fault("maintenance")
        run_maintenance(make_stale(), clock, size=SIZE)
        assert outcome() == expected
        model.objects.filter(pk=model.objects.order_by("pk").first().pk).delete()
        assert outcome() != expected
