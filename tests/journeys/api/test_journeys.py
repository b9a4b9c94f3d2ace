from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from journeys import services
from journeys.models import HistoryRecord, Journey
from tests.factories import JourneyFactory, UserFactory
from tests.factories.api import clock_at, pointers
from tests.factories.journeys import in_status

URL = "/api/v1/journeys/"
pytestmark = pytest.mark.django_db


class TestCreate:
    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, "/name"),
            ({"name": ""}, "/name"),
            ({"name": None}, "/name"),
            ({"name": ["a"]}, "/name"),
            ({"name": "a" * 201}, "/name"),
            ({"name": "WELCOME"}, "/name"),
            ({"name": "wElCoMe "}, "/name"),
            ({"name": "A", "description": "a" * 2001}, "/description"),
            ({"name": "A", "status": "live"}, "/status"),
            ({"name": "A", "time_zone": "Mars"}, "/time_zone"),
            ({"name": "A", "start": "soon"}, "/start"),
            ({"name": "A", "end": "2027-01-01"}, "/end"),
            ({"name": "A", "re_entry": {"enabled": 1}}, "/re_entry/enabled"),
            ({"name": "A", "re_entry": {"delay": {"value": 0, "unit": "days"}}}, "/re_entry/delay/value"),
            ({"name": "A", "re_entry": []}, "/re_entry"),
            ({"name": "A", "email_deduplication": "no"}, "/email_deduplication"),
            ({"name": "A", "nodes": []}, "/nodes"),
        ],
    )
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, body: object, fault: str):
        JourneyFactory(name="Welcome")

        answer = client.post(URL, body)

        assert (answer.status_code, list(pointers(answer))) == (400, [fault])
        assert Journey.objects.count() == 1

    def test_makes_a_draft_with_an_empty_start(self, client: APIClient):
        re_entry = {
            "enabled": True,
            "timing": "from_end",
            "delay": {"value": 3, "unit": "hours"},
            "entry_limit": 5,
        }
        answer = client.post(
            URL, {"name": " Welcome ", "re_entry": re_entry, "end": "2027-06-30T00:00:00+02:00"}
        )

        body = answer.json()
        assert answer.status_code == 201
        assert (body["name"], body["status"], body["start"]) == ("Welcome", "draft", "immediately")
        assert (body["end"], body["re_entry"]) == ("2027-06-29T22:00:00Z", re_entry)
        assert body["allowed_actions"] == ["publish", "duplicate", "delete", "edit"]
        assert body["created_by"] == body["updated_by"]
        again = client.get(answer["Location"])
        assert (again.json(), again["ETag"]) == (body, answer["ETag"])
        assert HistoryRecord.objects.get().interface == "api"


class TestEdit:
    def test_changes_a_draft(self, client: APIClient):
        journey = JourneyFactory()
        url = f"{URL}{journey.pk}/"

        assert pointers(client.patch(url, {"id": 5, "name": ""})) == {
            "/id": "unknown_field",
            "/name": "missing",
        }
        edited = client.patch(url, {"name": "New", "re_entry": {"enabled": True}})

        assert (edited.status_code, edited.json()["name"]) == (200, "New")
        assert edited.json()["re_entry"]["enabled"] is True
        assert edited.json()["re_entry"]["timing"] == "from_end"
        assert client.patch(f"{URL}{journey.pk + 1}/", {"name": "A"}).status_code == 404

    def test_of_a_live_journey_changes_name_and_end_only(self, client: APIClient, now: datetime):
        journey = in_status("live", now=now)
        url = f"{URL}{journey.pk}/"

        refused = client.patch(url, {"description": "New"})
        assert (refused.status_code, refused.json()["allowed_actions"]) == (
            409,
            services.allowed_actions(journey),
        )
        assert client.patch(url, {"name": "New", "end": "2027-05-01T00:00:00Z"}).status_code == 200
        assert pointers(client.patch(url, {"end": "2027-02-01T00:00:00Z"})) == {"/end": "in_the_past"}

    def test_on_top_of_a_newer_save_is_412(self, client: APIClient, now: datetime):
        made = client.post(URL, {"name": "A"})
        url, seen = made["Location"], {"If-Match": made["ETag"]}
        with clock_at(now + timedelta(seconds=1)):
            assert client.patch(url, {"name": "B"}, headers=seen).status_code == 200

        assert client.patch(url, {"name": "C"}, headers=seen).status_code == 412
        assert client.post(f"{url}publish/", headers=seen).status_code == 412
        assert client.delete(url, headers=seen).status_code == 412
        assert client.patch(url, {"name": "C"}, headers={"If-Match": "nonsense"}).status_code == 412
        fresh = {"If-Match": client.get(url)["ETag"]}
        assert client.delete(url, headers=fresh).status_code == 204

    def test_a_status_that_has_changed_is_412_too(self, client: APIClient, now: datetime):
        journey = in_status("scheduled", now=now)
        seen = {"If-Match": client.get(f"{URL}{journey.pk}/")["ETag"]}
        services.start(journey, now=now + timedelta(days=2))

        assert client.post(f"{URL}{journey.pk}/abort/", headers=seen).status_code == 412
        assert client.post(f"{URL}{journey.pk}/abort/").status_code == 200


def test_a_deleted_journey_is_gone_and_its_name_is_free(client: APIClient):
    made = client.post(URL, {"name": "A"})

    assert client.delete(made["Location"]).status_code == 204
    for part in ("", "map/", "problems/", "history/", "entries/", "counters/"):
        assert client.get(f"{made['Location']}{part}").status_code == 404
    assert client.get(URL).json()["count"] == 0
    assert client.post(URL, {"name": "A"}).status_code == 201


class TestList:
    @pytest.fixture
    def _rows(self, now: datetime) -> None:
        anna, bo = UserFactory(username="anna"), UserFactory(username="bo")
        for n, status in enumerate(["finished", "draft", "live", "aborted", "closed", "scheduled"]):
            journey = in_status(status, now=now, name=status.upper())
            moment = now - timedelta(days=n)
            by = {"published_by": bo if n % 2 else anna} if status != "draft" else {}
            Journey.objects.filter(pk=journey.pk).update(
                created_by=anna, created_at=moment, updated_at=moment, **by
            )

    @pytest.mark.usefixtures("_rows")
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "FINISHED DRAFT LIVE ABORTED CLOSED SCHEDULED"),
            ("ordering=status", "DRAFT SCHEDULED LIVE CLOSED ABORTED FINISHED"),
            ("ordering=-status,name", "FINISHED ABORTED CLOSED LIVE SCHEDULED DRAFT"),
            ("ordering=created_at", "SCHEDULED CLOSED ABORTED LIVE DRAFT FINISHED"),
            ("ordering=name", "ABORTED CLOSED DRAFT FINISHED LIVE SCHEDULED"),
            ("ordering=published_by,name", "CLOSED FINISHED LIVE ABORTED SCHEDULED DRAFT"),
            ("ordering=-published_by,name", "ABORTED SCHEDULED CLOSED FINISHED LIVE DRAFT"),
            ("status=live,closed&ordering=name", "CLOSED LIVE"),
            ("status=live&status=closed&ordering=name", "CLOSED LIVE"),
            ("status=live,closed&ordering=name&status=draft", "CLOSED DRAFT LIVE"),
            ("status=live&status=live", "LIVE"),
            ("search=ed&ordering=name", "ABORTED CLOSED FINISHED SCHEDULED"),
            ("search=f&ordering=name", "DRAFT FINISHED"),
            ("published_by={bo}&ordering=name", "ABORTED SCHEDULED"),
            ("created_by={bo}", ""),
            ("updated_at_after=2027-02-27T09:00:00Z&ordering=name", "DRAFT FINISHED LIVE"),
            ("updated_at_before=2027-02-25T09:00:00Z", "CLOSED SCHEDULED"),
            ("start_after=2027-03-01T00:00:00Z", "SCHEDULED"),
            ("start_after=2027-03-01T23:50:00%2B23:50", "SCHEDULED"),
        ],
    )
    def test_can_be_searched_filtered_and_sorted(self, client: APIClient, query: str, found: str):
        bo = client.get(f"{URL}?search=ABORTED").json()["results"][0]["published_by"]["id"]

        rows = client.get(f"{URL}?{query.format(bo=bo)}").json()["results"]

        assert " ".join(row["name"] for row in rows) == found

    @pytest.mark.parametrize(
        "query",
        [
            "status=dead",
            "status=live&status=dead",
            "status=live&status=",
            "status=live&status=%00",
            "created_by=1&created_by=2",
            "created_by=anna",
            "updated_at_after=yesterday",
            "end_before=2027-03-01T00:00:00",
            "end_before=0001-01-01T00:00:00%2B23:59",
            "start_after=",
            "ordering=nodes",
            "x=1",
        ],
    )
    def test_refuses_what_it_does_not_know(self, client: APIClient, query: str):
        answer = client.get(f"{URL}?{query}")

        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, query.partition("=")[0])

    @pytest.mark.usefixtures("_rows")
    def test_pages_of_several_statuses_go_on_with_all_of_them(self, client: APIClient):
        first = client.get(f"{URL}?status=live&status=closed&ordering=name&page_size=1").json()
        second = client.get(first["next"]).json()

        assert (first["count"], [row["name"] for row in second["results"]]) == (2, ["LIVE"])

    def test_thirty_cost_no_more_queries_than_three(
        self, client: APIClient, count_queries: Callable[[Callable[[], object]], int]
    ):
        user = UserFactory()
        for _ in range(3):
            JourneyFactory(created_by=user, updated_by=user)
        client.get(URL)
        few = count_queries(lambda: client.get(URL))
        for _ in range(27):
            JourneyFactory(created_by=UserFactory(), updated_by=user)

        assert count_queries(lambda: client.get(URL)) == few

    def test_can_be_sparse(self, client: APIClient):
        journey = JourneyFactory()

        [row] = client.get(f"{URL}?fields=id,allowed_actions").json()["results"]
        assert row == {"id": journey.pk, "allowed_actions": ["publish", "duplicate", "delete", "edit"]}


def test_the_history_tells_who_did_what_from_where(client: APIClient, now: datetime):
    made = client.post(URL, {"name": "A"})
    with clock_at(now + timedelta(seconds=1)):
        client.patch(made["Location"], {"name": "B"})

    rows: Any = client.get(f"{made['Location']}history/").json()["results"]

    assert [(row["what"], row["interface"]) for row in rows] == [("renamed", "api"), ("created", "api")]
    assert rows[0]["detail"] == {"changes": {"name": ["A", "B"]}}
    assert rows[0]["by"]["username"]
