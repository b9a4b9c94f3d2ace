"""Steps of journeys among events, a page at a time: nothing is lost or repeated, whatever there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.api import cursors
from accounts.models import Account, Event, EventType
from journeys.models import Entry, Node, Visit
from tests.factories import AccountFactory, UserFactory
from tests.factories.api import client_of
from tests.factories.maps import publish_map, start, wait

pytestmark = pytest.mark.django_db
STEP = "journey_step"


@pytest.fixture
def account() -> Account:
    return AccountFactory()


@pytest.fixture
def url(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/timeline/"


def fill(
    account: Account, entries: int, visits: int, now: datetime, *, apart: int = 0
) -> list[tuple[int, int]]:
    """Ended entries with so many visits each, an hour apart; (entry, number), the latest first.

    :param apart: hours between the starts of entries
    """
    journey = publish_map(start(), wait("pause", days=1))
    node = Node.objects.get(version_id=journey.version_id, key="pause")
    placed = []
    for number in range(1, entries + 1):
        begun = now + timedelta(hours=number * apart)
        at = [begun + timedelta(hours=hour) for hour in range(visits)]
        made = Entry.objects.create(
            journey=journey, account=account, number=number, version_id=journey.version_id, node=node, visit=visits,
            status=Entry.Status.COMPLETED, reason=Entry.Reason.COMPLETED, started_at=begun, arrived_at=at[-1],
            ended_at=at[-1],
        )  # fmt: skip
        Visit.objects.bulk_create(
            Visit(entry=made, number=n, node=node, arrived_at=moment, left_at=moment)
            for n, moment in enumerate(at, 1)
        )
        placed += [(moment, made.pk, n) for n, moment in enumerate(at, 1)]
    return [(id, n) for _moment, id, n in sorted(placed, reverse=True)]


class TestTheirOrder:
    @pytest.mark.parametrize("apart", [0, 1, 3])
    @pytest.mark.parametrize("size", [1, 2, 5])
    @pytest.mark.parametrize("ordering", ["-received_at", "received_at"])
    def test_is_total_over_all_pages(
        self, account: Account, url: str, now: datetime, apart: int, size: int, ordering: str
    ):
        wanted = fill(account, 4, 4, now, apart=apart)
        client, seen = client_of(), []
        following: str | None = f"{url}?page_size={size}&ordering={ordering}"
        while following:
            page = client.get(following).json()
            seen += [(row["payload"]["entry"], row["payload"]["number"]) for row in page["results"]]
            following = page["next"]

        assert seen == (wanted if ordering.startswith("-") else wanted[::-1])

    def test_is_that_of_time_among_events_which_stand_above_them(
        self, account: Account, url: str, now: datetime
    ):
        fill(account, 1, 3, now)
        for hour in (0, 1, 1):
            at = now + timedelta(hours=hour)
            Event.objects.create(
                type_id=EventType.BuiltIn.FORM_FILLED,
                account_id=account.pk,
                occurred_at=at,
                received_at=at,
                source=5,
            )
        client, seen, following = client_of(), [], f"{url}?page_size=1"
        while following:
            page = client.get(following).json()
            seen += [(row["type"], row["received_at"][11:13]) for row in page["results"]]
            following = page["next"]

        assert seen == [
            (STEP, "11"), ("form_filled", "10"), ("form_filled", "10"), (STEP, "10"), ("form_filled", "09"),
            (STEP, "09"),
        ]  # fmt: skip

    @pytest.mark.parametrize("cursor", ["WyJhIl0", "WyItcmVjZWl2ZWRfYXQiLCAieCIsIDAsIDEsIDFd", "%00"])
    def test_refuses_cursors_that_are_none_of_ours(self, url: str, cursor: str):
        assert client_of().get(url, {"cursor": cursor}).status_code == 400

    @pytest.mark.parametrize(
        "numbers", [[-1, -(2**63 - 1), -(2**63 - 1)], [-1, 2**63 - 1, 2**63 - 1], [7, 0, 0]]
    )
    def test_takes_any_numbers_for_a_place(
        self, account: Account, url: str, now: datetime, numbers: list[int]
    ):
        fill(account, 1, 1, now)
        cursor = cursors.encode(["-received_at", now.isoformat(), *numbers])

        assert client_of().get(url, {"cursor": cursor}).status_code == 200

    def test_refuses_a_cursor_of_the_other_order(self, account: Account, url: str, now: datetime):
        fill(account, 1, 3, now)
        client = client_of()
        following = client.get(f"{url}?page_size=1").json()["next"]

        assert client.get(f"{following}&ordering=received_at").status_code == 400


def test_more_of_them_take_no_more_queries(
    account: Account, url: str, now: datetime, count_queries: Callable[..., int]
):
    client, page = client_of(), Client()
    page.force_login(UserFactory())
    place = reverse("admin:accounts_account_timeline", args=[account.pk])
    fill(account, 1, 1, now)
    for one, asked in ((client, url), (page, place)):
        one.get(asked)
        few = count_queries(lambda one=one, asked=asked: one.get(asked))
        fill(account, 5, 4, now)
        assert count_queries(lambda one=one, asked=asked: one.get(asked)) == few
