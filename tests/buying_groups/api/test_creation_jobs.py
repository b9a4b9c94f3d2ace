from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import BuyingGroup, CreationJob, JobRun, SolutionInterest
from buying_groups.services import creation
from tests.conftest import NO_ID
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    BuyingGroupFactory,
    SolutionInterestFactory,
)
from tests.factories.api import pointers

URL, RUNS = "/api/v1/creation-jobs/", "/api/v1/job-runs/"


@pytest.fixture
def interest(db: None) -> SolutionInterest:
    made: SolutionInterest = SolutionInterestFactory(name="CRM")
    return made


class TestCreate:
    def test_makes_a_job(self, client: APIClient, interest: SolutionInterest):
        fair = AccountListFactory()

        answer = client.post(URL, {"solution_interest": interest.pk, "account_list": fair.pk})

        body = answer.json()
        assert answer.status_code == 201
        assert (body["solution_interest"], body["solution_interest_name"]) == (interest.pk, "CRM")
        assert (body["audience"], body["account_list"]) == (None, fair.pk)
        assert client.get(answer["Location"]).json() == body
        assert not JobRun.objects.exists()

    def test_needs_one_audience_or_one_live_list(self, client: APIClient, interest: SolutionInterest):
        draft, audience = AccountListFactory(status="draft"), AudienceFactory()
        given = {"solution_interest": interest.pk}

        for body, fault in [
            (given, {"/audience": "missing"}),
            ({**given, "audience": audience.pk, "account_list": draft.pk}, {"/audience": "missing"}),
            ({**given, "account_list": draft.pk}, {"/account_list": "not_live"}),
            ({**given, "audience": NO_ID}, {"/audience": "not_found"}),
            ({"audience": audience.pk}, {"/solution_interest": "missing"}),
        ]:
            for url in (URL, f"{URL}estimate/"):
                answer = client.post(url, body)
                assert (answer.status_code, pointers(answer)) == (400, fault)

    def test_a_second_one_of_the_same_accounts_is_a_conflict(
        self, client: APIClient, interest: SolutionInterest
    ):
        given = {"solution_interest": interest.pk, "audience": AudienceFactory().pk}

        assert client.post(URL, given).status_code == 201
        answer = client.post(URL, given)
        assert (answer.status_code, answer.json()["code"]) == (409, "exists")


def test_estimate_says_how_many_groups_it_would_create(client: APIClient, interest: SolutionInterest):
    accounts = AccountFactory.create_batch(3)
    BuyingGroupFactory(solution_interest=interest, account=accounts[0])

    answer = client.post(
        f"{URL}estimate/", {"solution_interest": interest.pk, "audience": AudienceFactory().pk}
    )

    assert (answer.status_code, answer.json()) == (200, {"groups": 2})
    assert not CreationJob.objects.exists()


def test_run_and_maintain_queue_a_run_that_can_be_followed(
    client: APIClient, interest: SolutionInterest, now: Any
):
    job = creation.create(interest, audience=AudienceFactory(), by=None, now=now)

    made = client.post(f"{URL}{job.pk}/run/")
    kept = client.post(f"/api/v1/solution-interests/{interest.pk}/maintain/")

    assert (made.status_code, kept.status_code) == (200, 200)
    assert client.post(f"{URL}{job.pk}/run/").json()["id"] == made.json()["id"]
    assert client.post(f"{URL}{job.pk}/run/", {"now": True}).status_code == 400
    found = client.get(f"{RUNS}{made.json()['id']}/").json()
    assert (found["kind"], found["creation_job"], found["status"], found["progress"]) == (
        "creation",
        job.pk,
        "queued",
        0,
    )
    found = client.get(
        f"{RUNS}?kind=maintenance&solution_interest={interest.pk}&status=queued,running"
    ).json()
    assert [one["id"] for one in found["results"]] == [kept.json()["id"]]


def test_delete_keeps_the_groups(client: APIClient, interest: SolutionInterest, now: Any):
    job = creation.create(interest, audience=AudienceFactory(), by=None, now=now)
    BuyingGroupFactory(solution_interest=interest)

    assert client.delete(f"{URL}{job.pk}/").status_code == 204
    assert client.delete(f"{URL}{job.pk}/").status_code == 404
    assert (CreationJob.objects.count(), BuyingGroup.objects.count()) == (0, 1)


def test_jobs_are_listed_by_what_they_are_for_and_many_cost_no_more(
    client: APIClient, interest: SolutionInterest, now: Any, count_queries: Any
):
    one = creation.create(interest, audience=AudienceFactory(), by=None, now=now)
    client.get(URL)
    few = count_queries(lambda: client.get(URL))
    other = SolutionInterestFactory()
    for _ in range(4):
        creation.create(other, audience=AudienceFactory(), by=None, now=now)

    assert [row["id"] for row in client.get(f"{URL}?solution_interest={interest.pk}").json()["results"]] == [
        one.pk
    ]
    assert client.get(f"{URL}?ordering=solution_interest,-created_at").json()["count"] == 5
    assert count_queries(lambda: client.get(URL)) == few
