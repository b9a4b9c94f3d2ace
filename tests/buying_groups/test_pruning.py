"""Runs that are over go when retention says so; the last of each kind stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from buying_groups.models import CreationJob, JobRun, LeftOver, PendingScore
from buying_groups.pruning import expire_runs
from journeys import rounds
from tests.factories import AudienceFactory, SolutionInterestFactory
from tests.factories.admin import client as client
from tests.factories.admin import to as to

pytestmark = pytest.mark.django_db
Kind = JobRun.Kind


@pytest.fixture
def ran(now):
    """A run of so many days ago, that is done."""

    def make(kind: str, days: int, **columns) -> JobRun:
        at = now - timedelta(days=days)
        columns = {"status": "done", "queued_at": at, "started_at": at, "finished_at": at, **columns}
        return JobRun.objects.create(kind=kind, **columns)

    return make


@pytest.fixture
def job(now):
    return CreationJob.objects.create(
        solution_interest=SolutionInterestFactory(), audience=AudienceFactory(), created_at=now
    )


def expire(now, size: int = 100) -> int:
    return expire_runs(before=now - timedelta(days=30), size=size)


def there() -> list[int]:
    return list(JobRun.objects.order_by("pk").values_list("pk", flat=True))


def test_what_is_older_goes_in_batches(ran, now):
    for days in (50, 40, 31):
        ran(Kind.MAINTENANCE, days)
    kept = [ran(Kind.MAINTENANCE, days) for days in (29, 1)]

    assert expire(now, size=2) == 3
    assert there() == [run.pk for run in kept]
    assert expire(now) == 0


def test_cancelled_ones_go_like_the_others(ran, now):
    ran(Kind.MAINTENANCE, 40, status="cancelled")
    kept = ran(Kind.MAINTENANCE, 35, status="cancelled")

    assert expire(now) == 1
    assert there() == [kept.pk]


def test_the_last_of_each_kind_job_and_interest_stays(ran, job, now):
    interest = job.solution_interest
    for columns in ({}, {"job": job, "kind": Kind.CREATION}, {"solution_interest": interest}):
        for days in (60, 50):
            ran(**{"kind": Kind.MAINTENANCE, "days": days, **columns})
    ran(Kind.STAGES, 55, solution_interest=interest)

    assert expire(now) == 3
    assert set(JobRun.objects.values_list("kind", "job", "solution_interest")) == {
        ("maintenance", None, None), ("creation", job.pk, None), ("maintenance", None, interest.pk),
        ("stages", None, interest.pk),
    }  # fmt: skip
    assert JobRun.objects.count() == 4


def test_what_is_open_stays_and_what_failed_goes(ran, now):
    failed = ran(Kind.ENGAGEMENT, 50, status="failed")
    running = ran(Kind.ENGAGEMENT, 45, status="running", finished_at=None)
    ran(Kind.ENGAGEMENT, 1)

    expire(now)

    assert failed.pk not in there()
    assert running.pk in there()


def test_the_last_one_that_measured_the_groups_stays(ran, now):
    ran(Kind.ENGAGEMENT, 60, highest_root=5)
    measured = ran(Kind.ENGAGEMENT, 50, highest_root=8)
    ran(Kind.ENGAGEMENT, 45, status="failed")
    last = ran(Kind.ENGAGEMENT, 40, status="failed")

    expire(now)

    assert there() == [measured.pk, last.pk]


def test_how_many_groups_a_job_has_made_in_all_stays(ran, job, now, client, to):
    for days, n in ((60, 5), (50, 2), (1, 1)):
        ran(Kind.CREATION, days, job=job, created_groups=n)

    assert expire(now) == 2
    assert CreationJob.objects.get().created_before == 7
    page = client.get(to(job.solution_interest, "change", job.solution_interest_id))
    assert page.context["jobs"][0]["job"].made == 8


def test_what_a_run_had_left_goes_with_it(ran, now):
    gone = ran(Kind.ENGAGEMENT, 50, status="failed")
    PendingScore.objects.create(run=gone, subject_id=1, score=1)
    LeftOver.objects.create(run=gone, subject_id=1)
    ran(Kind.ENGAGEMENT, 40)

    expire(now)

    assert not PendingScore.objects.exists()
    assert not LeftOver.objects.exists()


def test_retention_says_when(ran, now, settings):
    for days in (50, 40):
        ran(Kind.MAINTENANCE, days)

    rounds.tidy(lambda: now)
    assert len(there()) == 2
    settings.RETENTION_DAYS = 30
    rounds.tidy(lambda: now)
    assert len(there()) == 1
