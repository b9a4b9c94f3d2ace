"""Somebody cancels a run while a worker is at it: one of both is first, and both know which.

The fence is the run's own row: a batch records itself there before it commits, a cancel changes its status.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from pytest_django import Settings

from accounts.errors import Conflict
from accounts.imports import chunks
from accounts.imports import run as import_run
from accounts.models import Account, Import, Notice
from accounts.services import imports
from buying_groups import rounds
from buying_groups.engagement import run_engagement
from buying_groups.models import BuyingGroup, GroupScore, JobRun
from buying_groups.services import creation, runs
from tests.conftest import NOW
from tests.factories import UserFactory
from tests.faults.conftest import empty
from tests.faults.groups_world import SIZE, WORK, WORLDS, N, clock, make, outcome
from tests.faults.threads import Gate, Together, at_once, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
Status = JobRun.Status


def cancel(run: Any) -> JobRun:
    return runs.cancel(run.pk, by=None, now=NOW)


@pytest.fixture(params=list(WORLDS))
def kind(request: pytest.FixtureRequest, _django_db_helper: None) -> str:
    return str(request.param)


class At(Gate):
    """A gate at the n-th time that a point is reached."""

    def __init__(self, point: str, time: int) -> None:
        super().__init__(point)
        self.time, self.times = time, 0

    def __call__(self, point: str = "") -> None:
        self.times += point == self.point
        if self.times == self.time:
            super().__call__(point)


# Three batches, and the end of the run.
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_batch_that_has_not_recorded_itself_is_undone(kind: str, batch: int) -> None:
    run, gate = WORLDS[kind](), At("after:hold", batch)
    with Together() as threads:
        worker = threads.start(WORK[kind], run, clock, size=SIZE, fail=gate)
        with held(gate):
            before = outcome()
            assert cancel(run).done == (batch - 1) * SIZE
    assert worker.result() is True
    found = JobRun.objects.get()
    assert (found.status, found.done) == (Status.CANCELLED, (batch - 1) * SIZE)
    assert outcome() == before


@pytest.mark.parametrize(("batch", "done"), [(1, SIZE), (2, 2 * SIZE), (3, N)])
def test_a_batch_that_has_recorded_itself_is_waited_for(kind: str, batch: int, done: int) -> None:
    run, gate = WORLDS[kind](), At("before:commit", batch)
    with Together() as threads:
        threads.start(WORK[kind], run, clock, size=SIZE, fail=gate)
        with held(gate):
            cancelled = threads.start(cancel, run)
            somebody_waits()
    assert cancelled.result().done == done
    found = JobRun.objects.get()
    assert (found.status, found.done) == (Status.CANCELLED, done)


def test_who_comes_behind_the_end_is_told_that_it_is_over(kind: str) -> None:
    run, gate = WORLDS[kind](), At("before:commit", 4)
    with Together() as threads:
        threads.start(WORK[kind], run, clock, size=SIZE, fail=gate)
        with held(gate):
            refused = threads.start(at_once, lambda: cancel(run))
            somebody_waits()
    [error] = refused.result()
    assert isinstance(error, Conflict)
    found = JobRun.objects.get()
    assert (found.status, found.done, found.cancelled_by) == (Status.DONE, N, None)


def test_a_worker_that_counts_before_it_starts_sees_it(kind: str) -> None:
    run, gate = WORLDS[kind](), Gate("before:start")
    before = outcome()
    with Together() as threads:
        worker = threads.start(WORK[kind], run, clock, size=SIZE, fail=gate)
        with held(gate):
            cancel(run)
    assert worker.result() is True
    assert JobRun.objects.get().status == Status.CANCELLED
    assert outcome() == before


def test_cancel_and_last_batch_at_once_come_to_one_end() -> None:
    """Whoever is first: the run is done and the cancel refused, or it is cancelled; who asked is told once, of that."""
    user = UserFactory()
    run = make()
    for _ in range(8):
        BuyingGroup.objects.all().delete()
        JobRun.objects.all().delete()
        Notice.objects.all().delete()
        run = JobRun.objects.create(kind="creation", job=run.job, asked_by=user, queued_at=NOW)

        work, stop = partial(rounds._take, run.pk, clock, lambda: False), partial(cancel, run)
        worked, cancelled = at_once(work, stop)

        assert worked in (True, False)
        found = JobRun.objects.get()
        if isinstance(cancelled, Conflict):
            assert (found.status, found.done, BuyingGroup.objects.count()) == (Status.DONE, N, N)
        else:
            assert (found.status, BuyingGroup.objects.count()) == (Status.CANCELLED, found.done)
        assert [notice.code for notice in Notice.objects.all()] == [f"creation_{found.status}"]


class TestEngagement:
    @pytest.fixture
    def run(self) -> JobRun:
        WORK["creation"](make(), clock)
        JobRun.objects.all().delete()
        return JobRun.objects.create(kind="engagement", queued_at=NOW)

    def slice(self, run: JobRun, clock: Callable[[], Any] = clock) -> bool:
        return run_engagement(run, clock, lambda: True, size=SIZE)

    # Computing people, two batches of them, and the computing of groups.
    @pytest.mark.parametrize("before", range(6))
    def test_what_is_under_way_is_undone(self, run: JobRun, before: int) -> None:
        for _ in range(before):
            assert not self.slice(run)
        was, gate = JobRun.objects.values().get(), Gate()

        def waiting_clock() -> Any:
            gate()
            return NOW

        with Together() as threads:
            worker = threads.start(self.slice, run, waiting_clock)
            with held(gate):
                cancel(run)
        assert worker.result() is True
        over = {"status": "cancelled", "finished_at": NOW}
        assert JobRun.objects.values().get() == {**was, **over}
        assert not GroupScore.objects.exclude(engagement=None).exists()

    def test_the_next_night_does_it_all(self, run: JobRun) -> None:
        self.slice(run)
        cancel(run)

        rounds.go_round(lambda: NOW + timedelta(days=1))

        assert not BuyingGroup.objects.filter(engagement=None).exists()


class TestImport:
    @pytest.fixture
    def job(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
        settings.MEDIA_ROOT = tmp_path
        monkeypatch.setattr(chunks, "CHUNK", 4)
        text = "name,domain\n" + "".join(f"a{n},a{n}.example\n" for n in range(8))
        user = UserFactory()
        return imports.start_import(
            File(io.BytesIO(text.encode()), "a.csv"), kind="accounts", by=user, now=NOW
        )

    def test_cancelled_after_its_last_rows_it_is_not_done(
        self, job: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gate, close = Gate(), import_run._close

        def closing(*given: Any) -> None:
            gate()
            close(*given)

        monkeypatch.setattr(import_run, "_close", closing)
        with Together() as threads:
            threads.start(import_run.run, job.pk, clock=clock)
            with held(gate):
                assert imports.cancel(job.pk, by=None, now=NOW).status == Import.Status.RUNNING
        found = Import.objects.get()
        assert (found.status, found.rows, Account.objects.count()) == (Import.Status.CANCELLED, 8, 8)
        assert [notice.code for notice in Notice.objects.all()] == ["import_cancelled"]

    def test_one_that_has_been_cancelled_before_its_worker_died_begins_nothing_anew(
        self, job: Import
    ) -> None:
        job.start(now=NOW)
        job.cancel_requested = True
        job.save()

        assert import_run.run(job.pk, clock=clock) is import_run.Attempt.NOT_QUEUED

        assert Import.objects.get().status == Import.Status.CANCELLED
        assert not Account.objects.exists()


def test_a_maintenance_that_is_cancelled_leaves_the_rest_to_the_next(kind: str) -> None:
    run = WORLDS[kind]()
    assert not WORK[kind](run, clock, lambda: True, size=SIZE)
    cancel(run)
    was = JobRun.objects.get()
    again = creation.run(was.job, by=None, now=NOW) if was.job else creation.maintain(None, by=None, now=NOW)

    assert WORK[kind](JobRun.objects.get(pk=again.pk), clock)

    found = outcome()
    cut = {name: found[name] for name in ("groups", "members", "events")}
    empty()
    WORK[kind](WORLDS[kind](), clock)
    assert cut == {name: outcome()[name] for name in cut}
