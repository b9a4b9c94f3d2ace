"""The journeys that an account is in, and was in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from journeys.models import Entry, Journey
from tests.conftest import NO_ID
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.api import client_of, user_with
from tests.factories.maps import publish_map, start, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return AccountFactory(name="Globex")


@pytest.fixture
def url(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/journeys/"


def enter(account: Account, now: datetime, *, journey: str = "", **fields: Any) -> Entry:
    """An account that waits in a journey of its own."""
    named = {"name": journey} if journey else {}
    made = publish_map(start(AccountListFactory()), wait("pause", days=2), **named)
    node = made.version.nodes.get(key="pause")
    given = {"arrived_at": now, "started_at": now, "due_at": now + timedelta(days=2), "visit": 2, **fields}
    return Entry.objects.create(journey=made, account=account, version=made.version, node=node, **given)


def ended(account: Account, now: datetime, **fields: Any) -> Entry:
    given = {
        "status": Entry.Status.COMPLETED,
        "reason": Entry.Reason.COMPLETED,
        "ended_at": now,
        "due_at": None,
    }
    return enter(account, now, **{**given, **fields})


def test_are_its_entries_now_and_before_the_latest_first(
    client: APIClient, account: Account, url: str, now: datetime
):
    before = ended(account, now - timedelta(days=9), number=1)
    inside = enter(account, now, journey="Expansion")
    enter(AccountFactory(), now)

    answer = client.get(url).json()

    assert (answer["count"], [row["id"] for row in answer["results"]]) == (2, [inside.pk, before.pk])
    assert answer["results"][0] == {
        "id": inside.pk, "journey": inside.journey_id, "account": account.pk, "account_name": "Globex", "number": 1,
        "status": "active", "reason": "", "node": "pause", "arrived_at": "2027-03-01T09:00:00Z",
        "due_at": "2027-03-03T09:00:00Z", "started_at": "2027-03-01T09:00:00Z", "ended_at": None,
        "may_enter_again_at": None, "failure": None, "journey_name": "Expansion",
    }  # fmt: skip


def test_are_those_of_some_statuses(client: APIClient, account: Account, url: str, now: datetime):
    before, inside = ended(account, now), enter(account, now)
    failed = enter(account, now, status=Entry.Status.FAILED, due_at=None)

    def ids(query: str) -> set[int]:
        return {row["id"] for row in client.get(f"{url}?{query}").json()["results"]}

    assert ids("status=active,failed") == {inside.pk, failed.pk}
    assert ids("status=completed") == {before.pk}
    assert ids("status=removed") == set()
    refused = client.get(f"{url}?status=gone")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "status")


@pytest.mark.parametrize("ordering", ["started_at", "-started_at"])
def test_come_a_page_at_a_time(client: APIClient, account: Account, url: str, now: datetime, ordering: str):
    made = [enter(account, now + timedelta(days=day)).pk for day in (0, 0, 1, 1, 2)]

    following: str | None = f"{url}?page_size=2&ordering={ordering}"
    seen: list[int] = []
    while following:
        page = client.get(following).json()
        seen += [row["id"] for row in page["results"]]
        following = page["next"]

    assert seen == (made if ordering == "started_at" else made[::-1])


def test_are_not_those_that_are_deleted(client: APIClient, account: Account, url: str, now: datetime):
    entry = enter(account, now)
    Journey.objects.filter(pk=entry.journey_id).update(deleted_at=now)

    assert client.get(url).json()["results"] == []


def test_are_for_those_who_may_view_journeys_and_entries(account: Account, url: str, now: datetime):
    enter(account, now)
    both = ("journeys.view_journey", "journeys.view_entry")

    assert client_of(user_with(*both)).get(url).json()["count"] == 1
    for one in both:
        assert client_of(user_with(one)).get(url).status_code == 403
    assert client_of(scopes=["accounts:read"]).get(url).status_code == 403


def test_more_of_them_take_no_more_queries(
    client: APIClient, account: Account, url: str, now: datetime, count_queries: Callable[[Callable[[], object]], int]
):  # fmt: skip
    enter(account, now)
    client.get(url)
    few = count_queries(lambda: client.get(url))
    for _ in range(9):
        enter(account, now)

    assert count_queries(lambda: client.get(url)) == few


def test_of_no_account_there_are_none(client: APIClient):
    assert client.get(f"/api/v1/accounts/{NO_ID}/journeys/").status_code == 404
