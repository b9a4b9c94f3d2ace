from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from journeys.models import Counter, Entry, EntryFailure, Journey, Node, Path, Visit, What
from tests.conftest import NO_ID
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.api import clock_at
from tests.factories.journeys import JourneyFactory, publish, simple_map

URL = "/api/v1/journeys/"
ENTRIES = "/api/v1/entries/"


@pytest.fixture
def journey(db: None, now: datetime) -> Journey:
    """Live; a list, a wait of a day, the end."""
    accounts = AccountFactory.create_batch(3)
    journey = publish(JourneyFactory(nodes=simple_map(AccountListFactory(members=accounts).name)), now=now)
    return Journey.objects.get(pk=journey.pk)


def enter(journey: Journey, account: Account, now: datetime, **fields: Any) -> Entry:
    """An account that waits at the second node, as the engine would have left it."""
    start, pause = Node.objects.filter(version=journey.version_id).order_by("position")
    entry = Entry.objects.create(
        **{
            "journey": journey,
            "account": account,
            "version_id": journey.version_id,
            "node": pause,
            "visit": 2,
            "arrived_at": now,
            "started_at": now,
            "due_at": now + timedelta(days=1),
            **fields,
        }
    )
    way = Path.objects.get(node=start)
    Visit.objects.create(
        entry=entry, number=1, node=start, arrived_at=now, left_at=now, path=way, detail={"a": 5}
    )
    return entry


def fail(entry: Entry, now: datetime) -> None:
    Entry.objects.filter(pk=entry.pk).update(status=Entry.Status.FAILED, due_at=None)
    EntryFailure.objects.create(entry=entry, node_id=entry.node_id, error="boom", failed_at=now)


class TestList:
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("node=nothing", "node"),
            ("behind=entered", "behind"),
            ("node=pause&behind=x", "behind"),
            ("status=dead", "status"),
            ("node=pause&status=active", "status"),
            ("cursor=x", "cursor"),
            ("cursor=WyJhIl0", "cursor"),
            ("page=1", "page"),
            ("ordering=id", "ordering"),
            ("search=%00", "search"),
        ],
    )
    def test_refuses_what_it_does_not_know(
        self, client: APIClient, journey: Journey, query: str, parameter: str
    ):
        answer = client.get(f"{URL}{journey.pk}/entries/?{query}")

        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter)

    def test_of_a_draft_is_empty(self, client: APIClient):
        journey = JourneyFactory()

        assert client.get(f"{URL}{journey.pk}/entries/").json()["results"] == []
        assert client.get(f"{URL}{journey.pk}/entries/?node=start").status_code == 400
        assert client.get(f"{URL}{journey.pk}/counters/").json()["entries"]["completion_rate"] is None

    def test_comes_piece_by_piece(self, client: APIClient, journey: Journey, now: datetime):
        entries = [enter(journey, account, now) for account in Account.objects.order_by("pk")]

        first = client.get(f"{URL}{journey.pk}/entries/?page_size=2").json()
        second = client.get(first["next"]).json()

        assert [row["id"] for row in first["results"] + second["results"]] == [entry.pk for entry in entries]
        assert (first["count"], first["count_is_exact"], second["next"]) == (3, True, None)
        assert first["results"][0] == {
            "id": entries[0].pk,
            "journey": journey.pk,
            "account": entries[0].account_id,
            "account_name": entries[0].account.name,
            "number": 1,
            "status": "active",
            "reason": "",
            "node": "pause",
            "arrived_at": "2027-03-01T09:00:00Z",
            "due_at": "2027-03-02T09:00:00Z",
            "started_at": "2027-03-01T09:00:00Z",
            "ended_at": None,
            "may_enter_again_at": None,
            "failure": None,
        }

    def test_is_the_list_behind_each_number(self, client: APIClient, journey: Journey, now: datetime):
        first, second, third = (enter(journey, account, now) for account in Account.objects.order_by("pk"))
        fail(second, now)
        Entry.objects.filter(pk=third.pk).update(
            status=Entry.Status.COMPLETED, reason=Entry.Reason.COMPLETED, ended_at=now, due_at=None
        )

        def found(query: str) -> list[int]:
            rows = client.get(f"{URL}{journey.pk}/entries/?{query}").json()["results"]
            return [row["id"] for row in rows]

        assert found("node=start") == [first.pk, second.pk, third.pk]
        assert found("node=pause&behind=there") == [first.pk, second.pk]
        assert found("node=pause&behind=failed") == found("status=failed") == [second.pk]
        assert found("node=start&behind=done") == []
        assert found("status=completed") == [third.pk]
        assert found(f"search={first.account.name.upper()}") == [first.pk]

    def test_thirty_cost_no_more_queries_than_three(
        self, client: APIClient, journey: Journey, now: datetime, count_queries: Any
    ):
        url = f"{URL}{journey.pk}/entries/"
        for account in Account.objects.all():
            enter(journey, account, now)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        for account in AccountFactory.create_batch(27):
            fail(enter(journey, account, now), now)

        assert count_queries(lambda: client.get(url)) == few


def test_visits_and_why_tell_the_way(client: APIClient, journey: Journey, now: datetime):
    entry = enter(journey, Account.objects.all()[0], now)

    visits = client.get(f"{ENTRIES}{entry.pk}/visits/").json()
    why = client.get(f"{ENTRIES}{entry.pk}/why/").json()

    assert [(visit["node"], visit["left_at"] is None) for visit in visits["results"]] == [
        ("start", False),
        ("pause", True),
    ]
    assert visits["results"][1]["due_at"] == "2027-03-02T09:00:00Z"
    assert (why["entry"]["id"], why["visits"][0]["seen"]) == (entry.pk, {"a": 5})
    first = client.get(f"{ENTRIES}{entry.pk}/visits/?page_size=1").json()
    assert [visit["node"] for visit in client.get(first["next"]).json()["results"]] == ["pause"]
    assert client.get(f"{ENTRIES}{entry.pk}/visits/?cursor=WyJhIl0").status_code == 400


class TestWhy:
    @pytest.mark.parametrize("query", ["", "?account=x", "?account=0", "?account=1.5"])
    def test_needs_an_account(self, client: APIClient, journey: Journey, query: str):
        assert client.get(f"{URL}{journey.pk}/why/{query}").status_code == 400

    def test_says_why_an_account_is_inside_or_not(self, client: APIClient, journey: Journey, now: datetime):
        entry = enter(journey, Account.objects.all()[0], now)
        stranger = AccountFactory()

        inside = client.get(f"{URL}{journey.pk}/why/?account={entry.account_id}").json()
        outside = client.get(f"{URL}{journey.pk}/why/?account={stranger.pk}").json()

        assert (inside["inside"], inside["entry"]["id"], len(inside["visits"])) == (True, entry.pk, 2)
        assert (outside["inside"], outside["entry"], outside["visits"]) == (False, None, [])
        assert "is not on the list" in outside["reasons"][0]
        assert client.get(f"{URL}{journey.pk}/why/?account={NO_ID}").status_code == 404


class TestRemoveAndRetry:
    def test_of_an_entry_that_is_not_there(self, client: APIClient):
        for action in ("remove", "retry"):
            assert client.post(f"{ENTRIES}{NO_ID}/{action}/").status_code == 404

    def test_remove_ends_it_once(self, client: APIClient, journey: Journey, now: datetime):
        entry = enter(journey, Account.objects.all()[0], now)
        url = f"{ENTRIES}{entry.pk}/"

        assert client.post(f"{url}remove/", {"force": True}).status_code == 400
        removed = client.post(f"{url}remove/").json()
        assert (removed["status"], removed["reason"]) == ("removed", "removed_by_staff")
        assert client.post(f"{url}remove/").json()["code"] == "not_inside"
        assert client.post(f"{url}retry/").json()["code"] == "not_failed"

    def test_retry_makes_a_failed_one_due(self, client: APIClient, journey: Journey, now: datetime):
        entry = enter(journey, Account.objects.all()[0], now)
        fail(entry, now)
        url = f"{ENTRIES}{entry.pk}/"
        assert client.get(url).json()["failure"] == {"error": "boom", "failed_at": "2027-03-01T09:00:00Z"}

        with clock_at(now + timedelta(hours=1)):
            again = client.post(f"{url}retry/").json()

        assert (again["status"], again["due_at"], again["failure"]) == (
            "active",
            "2027-03-01T10:00:00Z",
            None,
        )


def test_counters_are_those_of_the_engine(client: APIClient, journey: Journey):
    start = Node.objects.get(version=journey.version_id, position=0)
    for node, what, n in [
        (0, What.ENTERED, 4),
        (0, What.COMPLETED, 1),
        (start.pk, What.ENTERED, 4),
        (start.pk, What.LEFT, 3),
    ]:
        Counter.objects.create(journey_id=journey.pk, node_id=node, what=what, n=n)

    found = client.get(f"{URL}{journey.pk}/counters/").json()

    assert found["entries"] == {
        "entered": 4,
        "active": 3,
        "completed": 1,
        "removed": 0,
        "aborted": 0,
        "failed": 0,
        "completion_rate": 0.25,
    }
    assert found["nodes"][0] == {
        "key": "start",
        "kind": "account_audience",
        "entered": 4,
        "there": 1,
        "done": 0,
        "skipped": 0,
        "failed": 0,
        "unmatched": 0,
    }


def test_the_forecast_counts_who_would_come_in(client: APIClient):
    accounts = AccountFactory.create_batch(3)
    journey = JourneyFactory(nodes=simple_map(AccountListFactory(members=accounts).name))

    assert client.get(f"{URL}{journey.pk}/forecast/").json() == {"accounts": 3, "people": 0, "messages": {}}
    assert client.get(f"{URL}{NO_ID}/forecast/").status_code == 404


def test_pointing_names_who_adds_accounts_here(client: APIClient, journey: Journey):
    nodes = [
        {"key": "start", "kind": "account_audience", "next": "go"},
        {
            "key": "go",
            "kind": "take_action",
            "on": "accounts",
            "action": "add_account_to_journey",
            "settings": {"journey": journey.name},
            "next": None,
        },
    ]
    other = JourneyFactory(name="Other", nodes=nodes)

    assert client.get(f"{URL}{journey.pk}/pointing/").json()["results"] == [
        {"id": other.pk, "name": "Other", "status": "draft"}
    ]
