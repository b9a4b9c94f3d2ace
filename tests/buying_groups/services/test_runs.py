"""Cancelling a run: who may, when, what stays, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from accounts import notices
from accounts.errors import Conflict
from accounts.models import Notice
from buying_groups import rounds
from buying_groups.jobs.creation import run_creation
from buying_groups.models import BuyingGroup, CreationJob, JobRun
from buying_groups.services import creation, runs
from tests.conftest import NO_ID
from tests.factories import (
    AccountFactory,
    AudienceFactory,
    BuyingGroupFactory,
    SolutionInterestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Status = JobRun.Status


@pytest.fixture
def job(now) -> CreationJob:
    interest = SolutionInterestFactory(name="CRM")
    made: CreationJob = CreationJob.objects.create(
        solution_interest=interest, audience=AudienceFactory(name="Banks"), created_at=now
    )
    return made


@pytest.fixture
def run(job, staff, now) -> JobRun:
    return creation.run(job, by=staff, now=now)


def fresh(run: JobRun) -> JobRun:
    return JobRun.objects.get(pk=run.pk)


def texts(user) -> list[str]:
    return [notices.text(notice) for notice in Notice.objects.filter(user=user).order_by("pk")]


class TestCancel:
    def test_ends_a_run_that_waits(self, run, staff, now):
        runs.cancel(run.pk, by=staff, now=now)

        found = fresh(run)
        assert (found.status, found.cancelled_by, found.finished_at) == (Status.CANCELLED, staff, now)
        assert rounds.open_runs() == []

    def test_keeps_what_is_done_and_says_how_far_it_came(self, run, staff, now):
        AccountFactory.create_batch(5)
        assert not run_creation(fresh(run), lambda: now, lambda: True, size=2)

        runs.cancel(run.pk, by=staff, now=now)
        rounds.go_round(lambda: now, lambda: True)

        found = fresh(run)
        assert (found.status, found.done, found.total, found.created_groups) == (Status.CANCELLED, 2, 5, 2)
        assert BuyingGroup.objects.count() == 2

    def test_leaves_the_rest_to_a_run_of_its_own(self, run, job, staff, now):
        AccountFactory.create_batch(5)
        assert not run_creation(fresh(run), lambda: now, lambda: True, size=2)
        runs.cancel(run.pk, by=staff, now=now)

        again = creation.run(job, by=staff, now=now)
        assert run_creation(fresh(again), lambda: now, size=2)

        assert again != run
        assert (fresh(again).created_groups, BuyingGroup.objects.count()) == (3, 5)

    def test_goes_on_with_the_next_night(self, run, staff, now):
        AccountFactory.create_batch(3)
        runs.cancel(run.pk, by=staff, now=now)

        rounds.go_round(lambda: now + timedelta(days=1))

        assert BuyingGroup.objects.count() == 3

    @pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
    def test_refuses_what_is_over(self, run, staff, now, status):
        JobRun.objects.filter(pk=run.pk).update(status=status)

        with pytest.raises(Conflict, match=status) as refused:
            runs.cancel(run.pk, by=staff, now=now)

        assert refused.value.code == "not_allowed"
        assert fresh(run).cancelled_by is None

    def test_of_no_run_says_so(self, staff, now):
        with pytest.raises(JobRun.DoesNotExist):
            runs.cancel(NO_ID, by=staff, now=now)

    def test_needs_the_permission(self, run, someone, now):
        with pytest.raises(PermissionDenied, match="change_jobrun"):
            runs.cancel(run.pk, by=someone, now=now)
        assert fresh(run).status == Status.QUEUED

        someone.user_permissions.add(Permission.objects.get(codename="change_jobrun"))
        runs.cancel(run.pk, by=type(someone).objects.get(pk=someone.pk), now=now)
        assert fresh(run).status == Status.CANCELLED

    def test_lets_those_behind_it_go_on(self, run, staff, now):
        behind = JobRun.objects.create(kind=JobRun.Kind.MAINTENANCE, queued_at=now)
        assert rounds._must_wait(behind)

        runs.cancel(run.pk, by=staff, now=now)

        assert not rounds._must_wait(behind)


class TestTelling:
    def test_tells_who_asked_for_it_and_nobody_else(self, run, staff, now):
        AccountFactory.create_batch(2)
        other = UserFactory(username="ada")

        runs.cancel(run.pk, by=other, now=now)

        assert texts(staff) == [
            "Creating buying groups of “CRM” from “Banks” was cancelled by ada after 0 of 0 accounts."
        ]
        assert Notice.objects.count() == 1

    def test_says_nothing_to_who_has_cancelled_it(self, run, staff, now):
        runs.cancel(run.pk, by=staff, now=now)

        assert not Notice.objects.exists()

    def test_says_when_it_is_done(self, run, staff, job, now):
        BuyingGroupFactory(solution_interest=job.solution_interest)
        AccountFactory.create_batch(2)

        rounds.go_round(lambda: now)

        assert texts(staff) == ["Creating buying groups of “CRM” from “Banks” is done. New groups: 2."]
        [notice] = Notice.objects.all()
        assert (notice.about, notice.about_id) == ("buying_groups.solutioninterest", job.solution_interest_id)
        assert (notice.level, notice.created_at, notice.read_at) == ("good", now, None)

    def test_says_what_became_of_a_maintenance(self, job, staff, now):
        BuyingGroupFactory(solution_interest=job.solution_interest)
        creation.maintain(job.solution_interest, by=staff, now=now)

        rounds.go_round(lambda: now)

        assert texts(staff) == [
            "Updating the buying groups of “CRM” is done."
            " Members assigned: 0, removed: 0, with another role: 0."
        ]

    def test_says_why_it_has_failed(self, run, staff, now, monkeypatch):
        def work(job_run, clock, until):
            raise KeyError("secret")

        monkeypatch.setitem(rounds.WORK, JobRun.Kind.CREATION, work)

        rounds.go_round(lambda: now)

        assert texts(staff)[0] == (
            "Creating buying groups of “CRM” from “Banks” has failed: KeyError. See the log."
        )
        assert Notice.objects.get(user=staff).level == "bad"

    @pytest.mark.parametrize("kind", JobRun.Kind.values)
    @pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
    def test_has_a_text_for_every_end(self, staff, job, now, kind, status):
        of = {"creation": {"job": job}, "maintenance": {"solution_interest": job.solution_interest}, "engagement": {},
              "stages": {"solution_interest": job.solution_interest}}[kind]  # fmt: skip
        made = JobRun.objects.create(kind=kind, asked_by=staff, queued_at=now, **of)
        if status == "cancelled":
            runs.cancel(made.pk, by=None, now=now)
        else:
            rounds._note(made, KeyError(), lambda: now) if status == "failed" else rounds.go_round(
                lambda: now
            )

        [said] = texts(staff)
        assert not said.startswith("Something")
        assert {"done": "done", "failed": "has failed", "cancelled": "was cancelled"}[status] in said

    def test_the_night_tells_nobody(self, job, now):
        rounds.go_round(lambda: now)

        assert not Notice.objects.exists()
