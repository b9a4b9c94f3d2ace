"""The frame of a run, with a job of the test; what it does with real ones is in `tests.faults`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from buying_groups.jobs.batches import Batch, Done, Frame
from buying_groups.models import JobRun, LeftOver
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@dataclass
class Numbers:
    """A job over the numbers from 1 to n; those in `taken` are somebody else's until they are waited for."""

    n: int
    taken: set[int] = field(default_factory=set)
    done: list[list[int]] = field(default_factory=list)
    waited_for: list[list[int]] = field(default_factory=list)
    finished: int = 0

    def total(self) -> int:
        return self.n

    def next(self, position: int, size: int) -> Batch | None:
        ids = list(range(position + 1, min(position + size, self.n) + 1))
        return Batch(ids, len(ids), ids[-1]) if ids else None

    def hold(self, ids: list[int], *, waits: bool) -> list[int]:
        if waits:
            self.waited_for.append(ids)
        return ids if waits else [number for number in ids if number not in self.taken]

    def do(self, ids: list[int], *, now: datetime) -> Done:
        self.done.append(ids)
        return Done(added=len(ids))

    def finish(self) -> None:
        self.finished += 1


@pytest.fixture
def run() -> JobRun:
    return JobRun.objects.create(kind=JobRun.Kind.MAINTENANCE, queued_at=NOW)


def frame(run: JobRun, job: Numbers, size: int = 3) -> Frame:
    return Frame(run, job, lambda: NOW, size)


def test_goes_through_by_batches(run):
    job = Numbers(7)

    assert frame(run, job).go_on(lambda: False)

    assert job.done == [[1, 2, 3], [4, 5, 6], [7]]
    assert job.finished == 1
    found = JobRun.objects.get()
    assert (found.status, found.position, found.total, found.done, found.added) == ("done", 7, 7, 7, 7)


def test_comes_back_at_the_end_to_what_others_held(run):
    job = Numbers(8, taken={1, 2, 4, 5, 7})

    assert frame(run, job).go_on(lambda: False)

    assert job.done == [[3], [6], [8], [1, 2, 4], [5, 7]]
    assert job.waited_for == [[1, 2, 4], [5, 7]]
    assert JobRun.objects.values_list("done", "added").get() == (8, 8)
    assert not LeftOver.objects.exists()


def test_remembers_what_others_held_when_it_has_to_leave(run):
    assert not frame(run, Numbers(8, taken={2})).go_on(lambda: True)
    assert list(LeftOver.objects.values_list("run_id", "subject_id")) == [(run.pk, 2)]

    job = Numbers(8)
    assert frame(JobRun.objects.get(), job).go_on(lambda: False)

    assert job.done == [[4, 5, 6], [7, 8], [2]]


def test_does_nothing_for_a_batch_that_is_all_held(run):
    job = Numbers(3, taken={1, 2, 3})

    frame(run, job).go_on(lambda: False)

    assert job.done == [[1, 2, 3]]
    assert job.waited_for == [[1, 2, 3]]


def test_gives_up_when_somebody_else_has_moved_the_run(run):
    job = Numbers(9)

    def overtake(point: str) -> None:
        JobRun.objects.update(position=6)

    one = Frame(run, job, lambda: NOW, 3, lambda point: overtake(point) if len(job.done) == 1 else None)
    assert one.go_on(lambda: False)

    assert JobRun.objects.values_list("status", "position").get() == ("running", 6)
