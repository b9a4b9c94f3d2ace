"""The page of a solution interest: its creation jobs and runs, and having groups made and maintained now."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from buying_groups.models import BuyingGroup, CreationJob, JobRun, SolutionInterest
from buying_groups.services import creation
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    BuyingGroupFactory,
    SolutionInterestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def interest() -> SolutionInterest:
    return SolutionInterestFactory(name="CRM")


@pytest.fixture
def job(interest, now) -> CreationJob:
    return creation.create(interest, audience=AudienceFactory(name="Banks"), by=None, now=now)


class TestPage:
    def test_shows_each_job_with_its_last_run(self, client, to, interest, job, now):
        JobRun.objects.create(kind="creation", job=job, status="done", created_groups=7, queued_at=now)
        last = JobRun.objects.create(
            kind="creation", job=job, status="running", total=200, done=50, created_groups=3, queued_at=now
        )
        creation.create(interest, account_list=AccountListFactory(name="Fair"), by=None, now=now)
        BuyingGroupFactory.create_batch(2, solution_interest=interest)

        page = client.get(to(SolutionInterest, "change", interest.pk))

        assert [(str(one["source"]), one["run"]) for one in page.context["jobs"]] == [
            ("Banks", last),
            ("Fair", None),
        ]
        assert [one["job"].made for one in page.context["jobs"]] == [10, 0]
        assert page.context["groups"] == "2"
        assert page.context["running"]
        assert 'value="25"' in page.content.decode()

    def test_many_jobs_cost_no_more_than_one(self, client, to, interest, job, now, count_queries):
        url = to(SolutionInterest, "change", interest.pk)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        for _ in range(5):
            made = creation.create(interest, audience=AudienceFactory(), by=None, now=now)
            creation.run(made, by=None, now=now)

        assert count_queries(lambda: client.get(url)) == few

    def test_tells_how_far_open_runs_have_come(self, client, to, interest, job, now):
        run = creation.run(job, by=None, now=now)
        JobRun.objects.filter(pk=run.pk).update(status="running", total=8, done=2)
        JobRun.objects.create(kind="maintenance", solution_interest=interest, status="done", queued_at=now)

        answer = client.get(to(SolutionInterest, "progress", interest.pk))

        assert answer.json() == {"runs": {str(run.pk): {"label": "Running", "percent": 25}}}

    def test_shows_runs_to_who_may_view_them(self, client_with, to, interest, job, now):
        creation.run(job, by=None, now=now)
        creation.maintain(interest, by=None, now=now)
        url, seen = to(SolutionInterest, "change", interest.pk), ("view_solutioninterest", "view_creationjob")

        without, within = (client_with(*seen, *more).get(url).context for more in ((), ("view_jobrun",)))

        assert (without["jobs"][0]["run"], without["maintenance"], without["running"]) == (None, [], False)
        assert (bool(within["jobs"][0]["run"]), len(within["maintenance"]), within["running"]) == (
            True,
            1,
            True,
        )
        progress = to(SolutionInterest, "progress", interest.pk)
        assert client_with(*seen).get(progress).status_code == 403

    def test_offers_what_one_may_do(self, client_with, to, interest, job):
        url = to(SolutionInterest, "change", interest.pk)
        assert client_with("view_solutioninterest").get(url).context["jobs"] == []

        page = client_with("view_solutioninterest", "view_creationjob").get(url)

        [line] = page.context["jobs"]
        found = [page.context[key] for key in ("create_url", "maintain_url", "delete_url", "template_url")]
        assert [*found, line["run_url"], line["delete_url"], line["source_url"]] == [""] * 7


class TestCreating:
    def test_first_says_how_many_groups_there_will_be(self, client, to, interest):
        accounts = AccountFactory.create_batch(3)
        BuyingGroupFactory(solution_interest=interest, account=accounts[0])
        url, audience = to(SolutionInterest, "create_groups", interest.pk), AudienceFactory()

        page = client.post(url, {"audience": audience.pk})

        assert (page.status_code, page.context["source"], page.context["estimate"]) == (200, audience, 2)
        assert "goes on every night" in page.content.decode()
        assert not CreationJob.objects.exists()

    def test_then_makes_the_job_and_starts_it(self, client, to, interest):
        fair = AccountListFactory()

        answer = client.post(
            to(SolutionInterest, "create_groups", interest.pk), {"account_list": fair.pk, "confirm": "1"}
        )

        assert answer.url == to(SolutionInterest, "change", interest.pk)
        [job] = CreationJob.objects.all()
        assert (job.solution_interest, job.account_list, job.created_by.username) == (interest, fair, "root")
        assert [run.status for run in job.runs.all()] == ["queued"]

    @pytest.mark.parametrize("both", [True, False])
    def test_needs_one_audience_or_one_list(self, client, to, interest, both):
        given = {"audience": AudienceFactory().pk, "account_list": AccountListFactory().pk} if both else {}

        answer = client.post(to(SolutionInterest, "create_groups", interest.pk), {**given, "confirm": "1"})

        assert answer.status_code == 400
        assert answer.context["form"].non_field_errors() == ["Choose one audience or one account list."]

    def test_a_draft_list_cannot_be_chosen(self, client, to, interest):
        draft = AccountListFactory(status="draft")

        answer = client.post(to(SolutionInterest, "create_groups", interest.pk), {"account_list": draft.pk})

        assert list(answer.context["form"].errors) == ["account_list"]

    def test_a_second_job_of_the_same_accounts_is_refused(self, client, to, interest, job):
        answer = client.post(
            to(SolutionInterest, "create_groups", interest.pk), {"audience": job.audience_id, "confirm": "1"}
        )

        assert answer.status_code == 400
        assert "already" in answer.context["form"].non_field_errors()[0]
        assert CreationJob.objects.count() == 1

    def test_a_second_job_is_refused_before_its_number_is_shown(self, client, to, interest, job):
        url = to(SolutionInterest, "create_groups", interest.pk)

        answer = client.post(url, {"audience": job.audience_id})

        assert (answer.status_code, answer.context["source"]) == (400, None)
        assert "already" in answer.context["form"].non_field_errors()[0]
        assert 'name="confirm"' not in answer.content.decode()

    def test_a_number_that_takes_too_long_is_left_out(self, client, to, interest, monkeypatch):
        def too_long(*args: object, **keys: object) -> int:
            raise OperationalError("canceling statement due to statement timeout")

        monkeypatch.setattr(creation, "estimate", too_long)

        page = client.post(
            to(SolutionInterest, "create_groups", interest.pk), {"audience": AudienceFactory().pk}
        )

        assert "too many to count quickly" in page.content.decode()

    def test_is_for_who_may(self, client_with, to, interest):
        client = client_with("view_solutioninterest", "change_solutioninterest")

        assert client.get(to(SolutionInterest, "create_groups", interest.pk)).status_code == 403


class TestRunning:
    def test_queues_a_run(self, client, to, interest, job):
        url = to(SolutionInterest, "job_run", interest.pk, job.pk)

        assert client.get(url).status_code == 405
        client.post(url)
        client.post(url)

        assert [run.status for run in JobRun.objects.filter(job=job)] == ["queued"]

    def test_a_job_of_another_interest_is_not_found(self, client, to, job):
        other = SolutionInterestFactory()

        assert client.post(to(SolutionInterest, "job_run", other.pk, job.pk)).status_code == 404
        assert client.post(to(SolutionInterest, "job_delete", other.pk, job.pk)).status_code == 404


class TestDeleting:
    def test_keeps_the_groups(self, client, to, interest, job, said):
        BuyingGroupFactory(solution_interest=interest)
        url = to(SolutionInterest, "job_delete", interest.pk, job.pk)
        assert "stay" in client.get(url).content.decode()

        answer = client.post(url, follow=True)

        assert said(answer) == ["The creation job is deleted."]
        assert (CreationJob.objects.count(), BuyingGroup.objects.count()) == (0, 1)

    def test_is_for_who_may(self, client_with, to, interest, job):
        url = to(SolutionInterest, "job_delete", interest.pk, job.pk)

        assert client_with("view_solutioninterest").post(url).status_code == 403


class TestMaintaining:
    def test_queues_a_maintenance_of_these_groups(self, client, to, interest, said):
        url = to(SolutionInterest, "maintain", interest.pk)
        assert "is off" in client.get(url).content.decode()

        answer = client.post(url, follow=True)

        assert said(answer) == ["The groups are maintained as soon as a worker is free."]
        [run] = JobRun.objects.all()
        assert (run.kind, run.solution_interest, run.asked_by.username) == ("maintenance", interest, "root")
        assert answer.context["running"]

    def test_is_for_who_may(self, client_with, to, interest):
        assert (
            client_with("view_solutioninterest")
            .post(to(SolutionInterest, "maintain", interest.pk))
            .status_code
            == 403
        )
