"""Failed runs of buying groups on the first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buying_groups.models import JobRun
from buying_groups.services import creation
from journeys.models import EngineState
from tests.factories import AudienceFactory, SolutionInterestFactory, UserFactory

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
NIGHT = "Updating the members of buying groups has failed"


@pytest.fixture(autouse=True)
def running() -> None:
    EngineState.objects.create(pk=1, last_round_at=timezone.now())


def run(kind: str, status: str = "failed", **more: object) -> JobRun:
    at = timezone.now() - timedelta(hours=2, minutes=1)
    error = "DataError. See the log." if status == "failed" else ""
    columns = {"queued_at": at, "finished_at": at, "error": error, **more}
    return JobRun.objects.create(kind=kind, status=status, **columns)


def shown(client: Client) -> list[tuple[str, str, str]]:
    return [(item.title, item.text, item.url) for item in client.get("/admin/").context["items"]]


def titles(client: Client) -> list[str]:
    return [title for title, _text, _url in shown(client)]


def test_say_what_has_failed_when_and_where(client, now):
    interest = SolutionInterestFactory(name="CRM")
    job = creation.create(interest, audience=AudienceFactory(name="Banks"), by=None, now=now)
    page = reverse("admin:buying_groups_solutioninterest_change", args=[interest.pk])
    overview = reverse("admin:buying_groups_buyinggroup_overview")
    text = "It ended 2\xa0hours, 1\xa0minute ago: DataError. See the log."
    for kind, more in (
        ("creation", {"job": job}), ("maintenance", {"solution_interest": interest}),
        ("stages", {"solution_interest": interest}), ("maintenance", {}), ("engagement", {}),
    ):  # fmt: skip
        run(kind, **more)

    assert shown(client) == [
        ("Scoring the engagement of buying groups has failed", text, overview),
        (NIGHT, text, overview),
        ("Taking away the stages of “CRM” has failed", text, page),
        ("Updating the buying groups of “CRM” has failed", text, page),
        ("Creating buying groups of “CRM” from “Banks” has failed", text, page),
    ]
    assert client.get(page).status_code == client.get(overview).status_code == 200


def test_end_with_the_next_run_that_is_done(client):
    run("maintenance")
    run("maintenance")
    run("engagement", "done")
    run("maintenance", "running", finished_at=None)
    assert titles(client) == [NIGHT]

    JobRun.objects.filter(status="running").update(status="done")
    assert titles(client) == []

    run("maintenance")
    assert titles(client) == [NIGHT]


@pytest.mark.parametrize(("updates", "left"), [(True, 0), (False, 1)])
def test_of_an_interest_end_with_the_night_that_updates_it(client, updates, left):
    run("maintenance", solution_interest=SolutionInterestFactory(updates_groups=updates))

    run("maintenance", "done")

    assert len(titles(client)) == left


def test_are_for_who_may_view_groups():
    run("maintenance", solution_interest=SolutionInterestFactory())
    user, client = UserFactory(is_superuser=False), Client()
    client.force_login(user)

    def seen(*names: str) -> list[tuple[str, str]]:
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_journey", *names]))
        return [(text, url) for _title, text, url in shown(client)]

    overview = reverse("admin:buying_groups_buyinggroup_overview")
    assert seen() == seen("view_jobrun") == []
    assert seen("view_buyinggroup") == [("It ended 2\xa0hours, 1\xa0minute ago.", overview)]
    [(text, url)] = seen("view_buyinggroup", "view_jobrun", "view_solutioninterest")
    assert "DataError" in text
    assert "solutioninterest" in url


def test_show_no_markup_of_others(client):
    run("maintenance", solution_interest=SolutionInterestFactory(name=SCRIPT), error=SCRIPT)

    assert SCRIPT not in client.get("/admin/").content.decode()


def test_many_cost_no_more_than_one(client, now, count_queries):
    def fail() -> None:
        interest = SolutionInterestFactory()
        run("creation", job=creation.create(interest, audience=AudienceFactory(), by=None, now=now))

    fail()
    client.get("/admin/")
    few = count_queries(lambda: client.get("/admin/"))
    for _ in range(6):
        fail()

    assert count_queries(lambda: client.get("/admin/")) == few
    assert len(titles(client)) == 5
