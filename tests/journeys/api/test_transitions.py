from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from journeys.models import Journey
from tests.conftest import NO_ID
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.api import client_of, pointers, user_with
from tests.factories.journeys import in_status

URL = "/api/v1/journeys/"
pytestmark = pytest.mark.django_db
END = {"end": "2027-06-30T22:00:00Z"}


class TestPublish:
    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, "/end"),
            ({"end": None}, "/end"),
            ({"end": "2027-02-01T00:00:00Z"}, "/end"),
            ({"end": 5}, "/end"),
            ({"end": "2030-03-02T00:00:00Z"}, "/end"),
            ({**END, "start": "2027-02-01T00:00:00Z"}, "/start"),
            ({**END, "start": "2027-07-01T00:00:00Z"}, "/end"),
            ({**END, "start": "soon"}, "/start"),
            ({**END, "now": True}, "/now"),
        ],
    )
    def test_refuses_dates_that_are_wrong(self, client: APIClient, body: object, fault: str):
        journey = JourneyFactory()

        answer = client.post(f"{URL}{journey.pk}/publish/", body)

        assert (answer.status_code, list(pointers(answer))) == (400, [fault])
        assert Journey.objects.get().status == "draft"

    def test_with_problems_is_422_and_names_each_with_its_node(self, client: APIClient):
        AccountListFactory(name="Draft list", status="draft")
        nodes = [
            {
                "key": "start",
                "kind": "account_audience",
                "settings": {"account_list": "Draft list"},
                "next": "act",
            },
            {"key": "act", "kind": "take_action", "on": "accounts", "next": None},
            {"key": "lost", "kind": "wait", "next": None},
        ]
        journey = JourneyFactory(nodes=nodes)

        answer = client.post(f"{URL}{journey.pk}/publish/", END)

        assert (answer.status_code, answer.json()["code"]) == (422, "journey_has_problems")
        told = client.get(f"{URL}{journey.pk}/problems/").json()
        assert told["problems"] == [{"node": "", **fault} for fault in answer.json()["errors"]]
        assert answer["Content-Type"] == "application/problem+json"
        assert {fault["node"] for fault in answer.json()["errors"]} == {"start", "act", "lost"}
        assert all(
            fault["pointer"].startswith("/nodes/") and fault["code"] for fault in answer.json()["errors"]
        )

    def test_now_is_live_and_later_is_scheduled(self, client: APIClient):
        now, later = JourneyFactory(), JourneyFactory()

        live = client.post(f"{URL}{now.pk}/publish/", {**END, "start": "immediately"})
        scheduled = client.post(f"{URL}{later.pk}/publish/", {**END, "start": "2027-03-05T00:00:00+01:00"})

        assert (live.status_code, live.json()["status"], live.json()["mode"]) == (200, "live", "continuous")
        assert (live.json()["published_at"], live.json()["end"]) == ("2027-03-01T09:00:00Z", END["end"])
        assert live["ETag"] == client.get(f"{URL}{now.pk}/")["ETag"]
        assert (scheduled.json()["status"], scheduled.json()["start"]) == (
            "scheduled",
            "2027-03-04T23:00:00Z",
        )

    def test_again_with_the_same_key_is_answered_again(self, client: APIClient):
        url, key = f"{URL}{JourneyFactory().pk}/publish/", {"Idempotency-Key": "once"}

        first, again = (client.post(url, END, headers=key) for _ in range(2))

        assert (first.status_code, again.status_code) == (200, 200)
        assert (again.content, again["ETag"]) == (first.content, first["ETag"])
        assert client.post(url, END).status_code == 409


def test_to_close_to_abort_and_to_hold_are_permissions_of_their_own(now: datetime):
    client = client_of(user_with("journeys.publish_journey"))
    journey = in_status("live", now=now)

    assert client.post(f"{URL}{journey.pk}/abort/").status_code == 403
    assert client.post(f"{URL}{journey.pk}/hold/", {"because": "a"}).status_code == 403
    assert client.post(f"{URL}{journey.pk}/close/").status_code == 200


def test_close_abort_and_release_take_no_body(client: APIClient, now: datetime):
    journey = in_status("live", now=now)

    for action in ("close", "abort", "release"):
        assert client.post(f"{URL}{journey.pk}/{action}/", {"now": True}).status_code == 400
        assert client.post(f"{URL}{NO_ID}/{action}/").status_code == 404
    assert client.post(f"{URL}{journey.pk}/close/").json()["allowed_actions"] == [
        "abort",
        "duplicate",
        "change_end",
    ]
    aborted = client.post(f"{URL}{journey.pk}/abort/").json()
    assert (aborted["status"], aborted["ended_at"]) == ("aborted", "2027-03-01T09:00:00Z")


class TestHold:
    @pytest.mark.parametrize(
        "body", [{}, {"because": ""}, {"because": None}, {"because": 5}, {"because": "a" * 501}]
    )
    def test_needs_a_reason(self, client: APIClient, body: object, now: datetime):
        url = f"{URL}{in_status('live', now=now).pk}/hold/"
        assert list(pointers(client.post(url, body))) == ["/because"]

    def test_and_release(self, client: APIClient, now: datetime):
        url = f"{URL}{in_status('live', now=now).pk}/"

        held = client.post(f"{url}hold/", {"because": "a wrong list"}).json()
        assert (held["held_because"], held["status"]) == ("a wrong list", "live")
        assert held["held_by"]["username"]
        assert client.post(f"{url}hold/", {"because": "again"}).json()["code"] == "already_held"
        assert client.post(f"{url}release/").json()["held_at"] is None
        assert client.post(f"{url}release/").status_code == 409

    def test_of_the_whole_engine(self, client: APIClient):
        url = "/api/v1/engine/"

        assert client.get(url).json()["held_at"] is None
        assert list(pointers(client.post(f"{url}hold/", {}))) == ["/because"]
        assert client.post(f"{url}hold/", {"because": "maintenance"}).json()["held_because"] == "maintenance"
        assert client.post(f"{url}hold/", {"because": "again"}).status_code == 409
        assert client.post(f"{url}release/").json()["held_at"] is None
        assert client.post(f"{url}release/").status_code == 409


class TestDuplicate:
    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({"name": "ORIGINAL"}, "/name"),
            ({"name": ""}, "/name"),
            ({"name": 5}, "/name"),
            ({"type": "all"}, "/type"),
            ({"name": "a" * 201}, "/name"),
            ({"status": "live"}, "/status"),
            ({"description": None}, "/description"),
        ],
    )
    def test_refuses_what_is_wrong(self, client: APIClient, body: object, fault: str):
        journey = JourneyFactory(name="Original")

        answer = client.post(f"{URL}{journey.pk}/duplicate/", body)

        assert (answer.status_code, list(pointers(answer))) == (400, [fault])

    def test_says_which_types_there_are(self, client: APIClient):
        answer = client.post(f"{URL}{JourneyFactory().pk}/duplicate/", {"type": "foo"})

        said = "Type: one of partial_content, without_details is needed, not “foo”."
        assert (answer.json()["detail"], pointers(answer)) == (said, {"/type": "unknown_choice"})

    def test_whole_and_without_details(self, client: APIClient, now: datetime):
        journey = in_status("live", now=now, name="Original", description="D")
        url = f"{URL}{journey.pk}/duplicate/"

        whole = client.post(url)
        bare = client.post(url, {"name": "Bare", "description": "", "type": "without_details"})

        assert (whole.status_code, whole.json()["name"], whole.json()["status"]) == (
            201,
            "Original_copy",
            "draft",
        )
        assert client.get(whole["Location"]).json() == whole.json()
        assert client.get(f"{whole['Location']}map/").json() == client.get(f"{URL}{journey.pk}/map/").json()
        copied: Any = client.get(f"{bare['Location']}map/").json()["nodes"]
        assert [node.get("settings") for node in copied] == [None, {"duration": {"value": 5, "unit": "days"}}]
        assert (bare.json()["name"], bare.json()["description"]) == ("Bare", "")
