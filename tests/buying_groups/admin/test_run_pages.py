"""Cancelling a run: the question, with its numbers, who is asked it, and where it stands."""

from __future__ import annotations

import pytest

from buying_groups import rounds
from buying_groups.models import BuyingGroup, CreationJob, JobRun, SolutionInterest
from buying_groups.services import creation
from tests.conftest import NO_ID
from tests.factories import AccountFactory, AudienceFactory, BuyingGroupFactory, SolutionInterestFactory

pytestmark = pytest.mark.django_db
SEEN = ("view_solutioninterest", "view_creationjob", "view_jobrun")


@pytest.fixture
def interest() -> SolutionInterest:
    return SolutionInterestFactory(name="CRM")


@pytest.fixture
def run(interest, now) -> JobRun:
    job: CreationJob = creation.create(interest, audience=AudienceFactory(name="Banks"), by=None, now=now)
    made = creation.run(job, by=None, now=now)
    figures = {"total": 40_000, "done": 12_000, "created_groups": 1_500, "added": 1}
    JobRun.objects.filter(pk=made.pk).update(status="running", started_at=now, **figures)
    return JobRun.objects.get(pk=made.pk)


@pytest.fixture
def url(to, run) -> str:
    return to(SolutionInterest, "run_cancel", run.pk)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


class TestAsking:
    def test_says_in_numbers_what_stays_and_who_does_the_rest(self, client, url, run):
        said = words(client.get(url))

        assert "Cancel creating groups of “CRM” from “Banks”" in said
        assert "<strong>12,000</strong>" in said
        assert "of 40,000 accounts looked at" in said
        assert "1,500 new groups stay, with 1 member." in said
        assert "goes on with the rest the next night, or when somebody runs it" in said
        assert JobRun.objects.get().status == "running"

    @pytest.mark.parametrize(
        ("kind", "of_interest", "text"),
        [
            ("maintenance", True, "The other groups are updated the next night"),
            ("maintenance", False, "Cancel updating all groups"),
            ("stages", True, "keep their stages until the next night takes them away"),
            ("engagement", False, "keeps the scores of before until the next night"),
        ],
    )
    def test_of_each_kind_says_what_becomes_of_the_rest(
        self, client, to, interest, now, kind, of_interest, text
    ):
        run = JobRun.objects.create(
            kind=kind, solution_interest=interest if of_interest else None, queued_at=now
        )

        assert text in words(client.get(to(SolutionInterest, "run_cancel", run.pk)))

    def test_of_one_that_is_over_has_no_button(self, client, url):
        JobRun.objects.update(status="done")

        said = words(client.get(url))

        assert "The run is over: done." in said
        assert "tl-primary-danger" not in said

    def test_is_for_who_may(self, client_with, url):
        assert client_with(*SEEN).get(url).status_code == 403
        assert client_with(*SEEN).post(url).status_code == 403
        assert client_with("change_jobrun").get(url).status_code == 403
        assert JobRun.objects.get().status == "running"
        assert client_with(*SEEN, "change_jobrun").post(url).status_code == 302
        assert JobRun.objects.get().status == "cancelled"

    def test_of_no_run_is_not_found(self, client, to):
        assert client.get(to(SolutionInterest, "run_cancel", NO_ID)).status_code == 404


class TestCancelling:
    def test_ends_it_and_says_who_did_and_how_far_it_came(self, client, to, url, interest, said):
        answer = client.post(url, follow=True)

        assert said(answer) == ["The run is cancelled; what is done stays."]
        assert answer.redirect_chain[-1][0] == to(SolutionInterest, "change", interest.pk)
        assert "by root after 12,000 of 40,000" in words(answer)
        assert JobRun.objects.get().cancelled_by.username == "root"

    def test_twice_says_that_it_is_over(self, client, url, said):
        client.post(url, follow=True)

        assert said(client.post(url, follow=True)) == ["The run is over: cancelled."]

    def test_of_a_run_over_all_groups_leads_to_the_overview(self, client, to, now):
        run = JobRun.objects.create(kind="engagement", queued_at=now)

        answer = client.post(to(SolutionInterest, "run_cancel", run.pk))

        assert answer.url == to(BuyingGroup, "overview")


class TestWhereItStands:
    def test_beside_each_run_that_is_open(self, client, client_with, to, url, interest, now):
        page = to(SolutionInterest, "change", interest.pk)

        assert url in words(client.get(page))
        assert url not in words(client_with(*SEEN).get(page))
        JobRun.objects.update(status="done")
        assert url not in words(client.get(page))

    def test_on_the_overview_for_those_of_the_night(self, client, client_with, to, run, interest, now):
        BuyingGroupFactory(solution_interest=interest)
        of_night = JobRun.objects.create(kind="engagement", queued_at=now)
        overview, url = to(BuyingGroup, "overview"), to(SolutionInterest, "run_cancel", of_night.pk)

        seen = client.get(overview)

        assert seen.context["of_night"] == [of_night]
        assert url in words(seen)
        assert client.get(to(BuyingGroup, "overview_progress")).json() == {
            "runs": {str(of_night.pk): {"label": "Queued", "percent": 0}}
        }
        without = client_with("view_buyinggroup")
        assert without.get(overview).context["of_night"] == []
        assert without.get(to(BuyingGroup, "overview_progress")).status_code == 403

    def test_a_night_that_is_through_is_not_shown(self, client, to, interest, now):
        BuyingGroupFactory(solution_interest=interest)
        AccountFactory()
        rounds.go_round(lambda: now)

        assert client.get(to(BuyingGroup, "overview")).context["of_night"] == []
