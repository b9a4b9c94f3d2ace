from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import JobRun
from tests.conftest import NO_ID

pytestmark = pytest.mark.django_db
URL = "/api/v1/job-runs/"


@pytest.fixture
def run(now: Any) -> JobRun:
    return JobRun.objects.create(
        kind="maintenance", status="running", total=40, done=10, queued_at=now, started_at=now
    )


def test_a_run_can_be_cancelled_until_it_is_over(client: APIClient, run: JobRun):
    answer = client.post(f"{URL}{run.pk}/cancel/")

    body = answer.json()
    assert (answer.status_code, body["status"], body["done"], body["total"]) == (200, "cancelled", 10, 40)
    assert body["cancelled_by"]["username"]
    assert client.get(f"{URL}{run.pk}/").json() == body
    again = client.post(f"{URL}{run.pk}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "not_allowed")
    assert client.get(f"{URL}?status=cancelled").json()["count"] == 1


def test_there_has_to_be_one(client: APIClient, run: JobRun):
    assert client.post(f"{URL}{NO_ID}/cancel/").status_code == 404
    assert client.post(f"{URL}{run.pk}/cancel/", {"force": True}).status_code == 400
    assert JobRun.objects.get().status == "running"


def test_many_cost_no_more_than_one(client: APIClient, run: JobRun, now: Any, count_queries: Any):
    client.get(URL)
    client.post(f"{URL}{run.pk}/cancel/")
    few = count_queries(lambda: client.get(URL))
    for _ in range(3):
        made = JobRun.objects.create(kind="maintenance", queued_at=now)
        client.post(f"{URL}{made.pk}/cancel/")

    assert count_queries(lambda: client.get(URL)) == few
