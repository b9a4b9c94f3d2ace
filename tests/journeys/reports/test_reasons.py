"""Entries by why they ended; of a split without Other, who matched no path: in the admin, the API and the file."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from journeys import services
from journeys.models import Entry, Journey
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory, UserFactory
from tests.factories.api import client_of
from tests.factories.journeys import publish
from tests.factories.maps import condition
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db
LARGE = condition("account.employees", "at_least", 100)


def split(key: str, *more: dict[str, Any]) -> dict[str, Any]:
    large = {"key": "large", "label": "Large", "condition": LARGE, "next": "pause" if more else None}
    return {"key": key, "kind": "split_accounts", "paths": [large, *more]}


@pytest.fixture
def journey() -> Journey:
    """Four large accounts wait, of which one was removed; three others matched nothing at the second split."""
    members = [AccountFactory(employees=500 if n < 4 else 5) for n in range(7)]
    nodes = [
        {"key": "start", "kind": "account_audience", "next": "first",
         "settings": {"account_list": AccountListFactory(members=members).name}},
        split("first", {"key": "rest", "other": True, "next": "second"}),
        split("second"),
        {"key": "pause", "kind": "wait", "settings": {"duration": {"value": 9, "unit": "days"}}, "next": None},
    ]  # fmt: skip
    now = timezone.now()
    journey = publish(JourneyFactory(nodes=nodes), now=now - timedelta(seconds=5))
    Engine(Clock(now)).run()
    one = Entry.objects.filter(journey=journey, status=Entry.Status.ACTIVE).latest("pk")
    services.entries.remove(journey, entries=[one.pk], by=None, now=now, interface="api")
    return journey


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("reason=no_path_matched", 3),
        ("reason=removed_by_staff", 1),
        ("reason=completed", 0),
        ("reason=journey_aborted", 0),
        ("node=second&behind=unmatched", 3),
        ("node=first&behind=unmatched", 0),
        ("reason=no_path_matched&status=completed", 3),
        ("reason=no_path_matched&status=removed", 0),
    ],
)
def test_can_be_looked_for(journey: Journey, browser: Client, query: str, n: int) -> None:
    api = client_of().get(f"/api/v1/journeys/{journey.pk}/entries/?{query}")
    assert (api.status_code, api.json()["count"], len(api.json()["results"])) == (200, n, n)

    number = {"completed": Entry.Status.COMPLETED, "removed": Entry.Status.REMOVED}
    for name, status in number.items():
        query = query.replace(f"status={name}", f"status={int(status)}")
    url = f"/admin/journeys/journey/{journey.pk}/entries/"
    page = browser.get(f"{url}?{query}")
    assert (page.context["n"], len(page.context["rows"])) == (n, n)
    file = b"".join(browser.get(f"{url}export/?{query}").streaming_content).decode()
    ids = {row["id"] for row in api.json()["results"]}
    assert {row.entry.pk for row in page.context["rows"]} == ids
    assert len(list(csv.DictReader(file.splitlines()))) == n
    if "reason=no" in query and n:
        assert 'value="no_path_matched" selected' in page.content.decode()


def test_go_with_a_search(journey: Journey) -> None:
    account = Entry.objects.filter(journey=journey, reason=Entry.Reason.NO_PATH_MATCHED).latest("pk").account
    for query in ("reason=no_path_matched", "node=second&behind=unmatched"):
        url = f"/api/v1/journeys/{journey.pk}/entries/?{query}&search={account.name}"
        answer = client_of().get(url).json()
        assert [row["account"] for row in answer["results"]] == [account.pk]
        assert answer["count"] == 1


@pytest.mark.parametrize("query", ["reason=foo", "reason=completed&node=first"])
def test_what_is_no_reason_is_refused(journey: Journey, query: str) -> None:
    answer = client_of().get(f"/api/v1/journeys/{journey.pk}/entries/?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "reason")


def test_of_an_aborted_journey_are_those_who_were_inside(journey: Journey) -> None:
    services.abort(journey, by=None, now=timezone.now(), interface="api")
    url = f"/api/v1/journeys/{journey.pk}/entries/?reason="
    assert [client_of().get(f"{url}{reason}").json()["count"] for reason in ("journey_aborted", "completed")] == [
        3, 0,
    ]  # fmt: skip


def test_the_map_says_how_many_matched_no_path_where_that_can_be(journey: Journey, browser: Client) -> None:
    rows = browser.get(f"/admin/journeys/journey/{journey.pk}/change/").context["rows"]
    counts = {row.key: {count["what"]: count for count in row.counts} for row in rows if row.type == "node"}

    assert [key for key, found in counts.items() if "unmatched" in found] == ["second"]
    unmatched = counts["second"]["unmatched"]
    assert (unmatched["n"], browser.get(unmatched["url"]).context["n"]) == (3, 3)
    page = browser.get(f"/admin/journeys/journey/{journey.pk}/counters/").json()["nodes"]
    api = client_of().get(f"/api/v1/journeys/{journey.pk}/counters/").json()["nodes"]
    assert {key: node["unmatched"] for key, node in page.items()} == {
        "start": 0, "first": 0, "second": 3, "pause": 0,
    }  # fmt: skip
    assert {node["key"]: node["unmatched"] for node in api} == {
        key: node["unmatched"] for key, node in page.items()
    }
