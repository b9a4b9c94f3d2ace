"""What goes round: the night, what is asked for, and in which order (reference 6.4, 6.7, U 20, U 39)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from buying_groups import rounds
from buying_groups.models import BuyingGroup, CreationJob, GroupMember, JobRun, StageModel
from tests.factories import (
    AccountFactory,
    AudienceFactory,
    BuyingGroupFactory,
    CustomAttributeFactory,
    PersonFactory,
    SolutionInterestFactory,
)
from tests.factories.buying_groups import job_title
from tests.factories.maps import condition
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db
Kind = JobRun.Kind
MIDNIGHT = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.fixture
def interest():
    return SolutionInterestFactory(roles={"Decision Maker": {"condition": job_title("Director")}})


@pytest.fixture
def job(interest, now):
    return CreationJob.objects.create(solution_interest=interest, audience=AudienceFactory(), created_at=now)


@pytest.fixture
def clock(now):
    return lambda: now


def runs(**which) -> list[tuple[str, str]]:
    return list(JobRun.objects.filter(**which).order_by("pk").values_list("kind", "status"))


class TestNight:
    @pytest.mark.parametrize(
        ("zone", "at", "now", "began"),
        [
            ("UTC", "00:00", (2027, 3, 1, 9), (2027, 3, 1, 0)),
            ("UTC", "00:00", (2027, 3, 1, 0), (2027, 3, 1, 0)),
            ("UTC", "22:30", (2027, 3, 1, 9), (2027, 2, 28, 22, 30)),
            ("Europe/Berlin", "00:00", (2027, 3, 1, 9), (2027, 2, 28, 23)),
            ("Europe/Berlin", "02:00", (2027, 3, 1, 0), (2027, 2, 28, 1)),
            # The hour that is left out in spring, and the one that comes twice in autumn.
            ("Europe/Berlin", "02:30", (2027, 3, 28, 12), (2027, 3, 28, 1, 30)),
            ("Europe/Berlin", "02:30", (2027, 10, 31, 12), (2027, 10, 31, 0, 30)),
        ],
    )
    def test_begins_at_the_time_of_the_installation(self, settings, zone, at, now, began):
        settings.BUYING_GROUPS_TIME_ZONE, settings.BUYING_GROUPS_NIGHT = zone, at

        assert rounds.night_of(datetime(*now, tzinfo=UTC)) == datetime(*began, tzinfo=UTC)

    def test_creates_then_maintains_then_scores(self, job, now):
        rounds.queue_night(now)

        assert runs() == [("creation", "queued"), ("maintenance", "queued"), ("engagement", "queued")]
        assert set(JobRun.objects.values_list("queued_at", "asked_by")) == {(MIDNIGHT, None)}

    def test_takes_the_stages_that_a_failed_run_has_left(self, now, clock):
        StageModelFactory()
        group = BuyingGroupFactory(stage=stage("Interest"))
        BuyingGroupFactory(stage=stage("Interest"), solution_interest__stage_model=StageModel.objects.get())
        rounds.queue_night(now)
        assert JobRun.objects.get(kind=Kind.STAGES).solution_interest == group.solution_interest

        rounds.go_round(clock)

        assert BuyingGroup.objects.get(pk=group.pk).stage is None
        assert BuyingGroup.objects.exclude(stage=None).exists()

    def test_is_queued_once(self, job, now, clock):
        for _ in range(3):
            rounds.go_round(clock)
        rounds.queue_night(now + timedelta(hours=14))
        assert len(runs()) == 3

        rounds.queue_night(now + timedelta(hours=15))
        assert len(runs()) == 6

    def test_creates_by_each_job(self, job, interest, now):
        CreationJob.objects.create(solution_interest=interest, audience=AudienceFactory(), created_at=now)

        rounds.queue_night(now)

        assert len(runs(kind=Kind.CREATION)) == 2

    def test_asks_for_nothing_twice_that_waits_already(self, interest, now):
        JobRun.objects.create(kind=Kind.MAINTENANCE, queued_at=now - timedelta(days=2))

        rounds.queue_night(now)

        assert runs() == [("maintenance", "queued"), ("engagement", "queued")]

    def test_asks_for_nothing_where_there_is_no_solution_interest(self, now):
        rounds.queue_night(now)

        assert runs() == []


class TestARound:
    def test_works_at_everything_that_waits(self, job, clock):
        PersonFactory(accounts=1, job_title="Director")

        assert rounds.go_round(clock) == 3

        assert runs(status="done") == [("creation", "done"), ("maintenance", "done"), ("engagement", "done")]
        assert BuyingGroup.objects.get().completeness == 100
        assert GroupMember.objects.count() == 1
        assert rounds.go_round(clock) == 0

    def test_stops_when_it_is_told(self, job, clock, now):
        AccountFactory()
        rounds.queue_night(now)

        assert rounds.go_round(clock, lambda: True) == 0

        assert {status for _, status in runs()} == {"queued"}

    def test_takes_up_what_another_worker_has_left(self, job, clock, now):
        AccountFactory.create_batch(3)
        JobRun.objects.create(kind=Kind.CREATION, job=job, status="running", queued_at=now, started_at=now)

        rounds.go_round(clock)

        assert BuyingGroup.objects.count() == 3

    def test_lets_what_comes_later_wait(self, job, clock, now):
        """Maintenance after the creation of before; a creation that is asked for later does not keep it back."""
        first = JobRun.objects.create(kind=Kind.CREATION, job=job, queued_at=now)
        second = JobRun.objects.create(kind=Kind.MAINTENANCE, queued_at=now)
        other = CreationJob.objects.create(
            solution_interest=job.solution_interest, audience=AudienceFactory(), created_at=now
        )
        JobRun.objects.create(kind=Kind.CREATION, job=other, queued_at=now)

        assert rounds._must_wait(second)
        JobRun.objects.filter(pk=first.pk).update(status="done")
        assert not rounds._must_wait(second)


class TestAFault:
    @pytest.fixture
    def broken(self, interest, now):
        """A job whose audience names a field that is gone."""
        attribute = CustomAttributeFactory(name="tier")
        audience = AudienceFactory(condition=condition("account.custom.tier", "is", "gold"))
        attribute.delete()
        return CreationJob.objects.create(solution_interest=interest, audience=audience, created_at=now)

    def test_fails_its_run_and_no_other(self, broken, job, clock, now):
        AccountFactory()

        rounds.go_round(clock)

        failed, *others = JobRun.objects.order_by("pk")
        assert (failed.job, failed.status, failed.finished_at) == (broken, "failed", now)
        assert "account.custom.tier" in failed.error
        assert {other.status for other in others} == {"done"}
        assert BuyingGroup.objects.count() == 1

    def test_that_nobody_foresaw_is_told_without_what_it_said(self, monkeypatch, interest, clock):
        def work(job_run, clock, until):
            raise KeyError("secret")

        monkeypatch.setitem(rounds.WORK, Kind.MAINTENANCE, work)

        rounds.go_round(clock)

        assert JobRun.objects.get(kind=Kind.MAINTENANCE).error == "KeyError. See the log."

    def test_of_the_moment_leaves_the_run_to_the_next_round(self, monkeypatch, interest, clock):
        def work(job_run, clock, until):
            raise OperationalError("deadlock detected")

        monkeypatch.setitem(rounds.WORK, Kind.MAINTENANCE, work)

        rounds.go_round(clock)

        assert JobRun.objects.get(kind=Kind.MAINTENANCE).status == "queued"
