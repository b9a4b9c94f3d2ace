from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from journeys import services
from journeys.models import Draft
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.api import pointers
from tests.factories.journeys import in_status
from tests.journeys.api.documents import REFUSED, WAIT, path, split, start, wait

URL = "/api/v1/journeys/"


@pytest.fixture
def url(client: APIClient) -> str:
    """The map of a new draft."""
    AccountListFactory(name="Enterprise")
    made: Any = client.post(URL, {"name": "A"})
    return f"{made['Location']}map/"


class TestPut:
    @pytest.mark.parametrize("case", REFUSED)
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, url: str, case: str):
        nodes, place = REFUSED[case]

        answer = client.put(url, {"nodes": nodes})

        assert answer.status_code == 400
        assert any(pointer.startswith(place) for pointer in pointers(answer)), pointers(answer)
        assert Draft.objects.get().revision == 1

    def test_refuses_a_body_that_is_no_map(self, client: APIClient, url: str):
        assert pointers(client.put(url, {})) == {"/nodes": "wrong_type"}
        assert pointers(client.put(url, {"nodes": [], "revision": 1})) == {"/revision": "unknown_field"}
        assert client.put(url, [start()]).status_code == 400

    def test_keeps_what_is_only_missing_and_lists_it_as_problems(self, client: APIClient, url: str):
        nodes = [start("Nowhere", next=None), wait("alone")]

        assert client.put(url, {"nodes": nodes}).status_code == 200
        found = client.get(url.replace("map", "problems")).json()["problems"]

        assert {(problem["node"], problem["pointer"]) for problem in found} == {
            ("start", "/nodes/0/settings/account_list"),
            ("alone", "/nodes/1"),
        }

    def test_answers_what_get_answers_and_takes_it_back_unchanged(self, client: APIClient, url: str):
        nodes = [
            start(next="s"),
            split("s", path("a", "pause"), {"key": "rest", "other": True, "next": None}),
            WAIT,
        ]

        saved = client.put(url, {"nodes": nodes})
        read = client.get(url)
        again = client.put(url, read.json())

        assert saved.status_code == 200
        assert saved.json() == read.json() == again.json()
        assert saved["ETag"] == read["ETag"] == again["ETag"] == '"2"'

    def test_on_top_of_a_newer_map_is_412(self, client: APIClient, url: str):
        seen = {"If-Match": client.get(url)["ETag"]}

        assert client.put(url, {"nodes": [start(), WAIT]}, headers=seen).status_code == 200
        stale = client.put(url, {"nodes": [start(next=None)]}, headers=seen)
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        assert stale.json()["changes"]["added"] == ["pause"]
        assert client.put(url, {"nodes": [start(next=None)]}, headers={"If-Match": "*"}).status_code == 200
        assert client.post(f"{url}undo/", headers=seen).status_code == 412

    @pytest.mark.parametrize("status", ["scheduled", "live", "closed", "aborted", "finished"])
    def test_of_a_published_journey_is_409_with_what_is_allowed(
        self, client: APIClient, now: datetime, status: str
    ):
        journey = in_status(status, now=now)
        url = f"{URL}{journey.pk}/map/"

        answer = client.put(url, client.get(url).json())

        assert (answer.status_code, answer.json()["code"]) == (409, "not_editable")
        assert answer.json()["allowed_actions"] == services.allowed_actions(journey)


def test_undo_takes_the_last_change_back(client: APIClient, url: str):
    before = client.get(url).json()
    client.put(url, {"nodes": [start(), WAIT]})

    undone = client.post(f"{url}undo/")

    assert (undone.status_code, undone.json(), undone["ETag"]) == (200, before, '"3"')
    assert client.post(f"{url}undo/").json()["code"] == "nothing_to_undo"
    assert client.post(f"{url}undo/", {"steps": 5}).status_code == 400


def test_the_map_costs_the_same_whatever_its_size(client: APIClient, count_queries: Any):
    AccountListFactory(name="Enterprise")

    def nodes(n: int) -> list[dict[str, Any]]:
        ways = [path(f"p{i}", f"w{i}") for i in range(n)]
        return [start(next="s"), split("s", *ways), *(wait(f"w{i}") for i in range(n))]

    few, many = JourneyFactory(nodes=nodes(2)), JourneyFactory(nodes=nodes(20))

    for part in ("map", "problems"):
        client.get(f"{URL}{few.pk}/{part}/")
        cost = count_queries(lambda part=part: client.get(f"{URL}{few.pk}/{part}/"))
        assert count_queries(lambda part=part: client.get(f"{URL}{many.pk}/{part}/")) == cost


class TestExits:
    def test_are_the_next_five_of_a_wait(self, client: APIClient, url: str):
        window = {"must_end_on": {"days": ["mon", "fri"], "time": "09:00", "time_zone": "Europe/Berlin"}}
        client.put(url, {"nodes": [start(), wait("pause", **window)]})

        answer = client.get(url.replace("map", "exits"), {"node": "pause"})

        assert answer.json() == {
            "node": "pause",
            "time_zone": "Europe/Berlin",
            "is_of_account": False,
            "exits": [f"2027-03-{day}T08:00:00Z" for day in ("05", "08", "12", "15", "19")],
        }

    def test_none_of_what_waits_for_nothing(self, client: APIClient, url: str):
        assert client.get(url.replace("map", "exits"), {"node": "start"}).json()["exits"] == []

    def test_name_the_node_that_is_there(self, client: APIClient, url: str):
        url = url.replace("map", "exits")
        assert client.get(url).json()["errors"][0]["parameter"] == "node"
        unknown = client.get(url, {"node": "nowhere"})
        assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (400, "not_found")

    def test_of_a_live_journey_too(self, client: APIClient, now: datetime):
        journey = in_status("live", now=now)
        answer = client.get(f"{URL}{journey.pk}/exits/", {"node": "pause"})
        assert (answer.status_code, len(answer.json()["exits"])) == (200, 1)
