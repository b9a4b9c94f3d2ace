"""The steps of an account's journeys in its timeline, in the API as in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts import timelines
from accounts.admin.story import Teller
from accounts.models import Account
from accounts.services.lists import add_members
from journeys.models import Journey
from journeys.services import entries as services
from tests.factories import AccountFactory, AccountListFactory, PersonFactory
from tests.factories.api import client_of, user_with
from tests.factories.maps import action, condition, publish_map, split, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry

pytestmark = pytest.mark.django_db
STEP = "journey_step"
SEES = ("journeys.view_journey", "journeys.view_entry", "journeys.view_visit")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    return Engine(clock)


@pytest.fixture
def account() -> Account:
    return AccountFactory(employees=5)


@pytest.fixture
def url(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/timeline/"


def steps(url: str, **asked: Any) -> list[dict[str, Any]]:
    return [row for row in client_of().get(url, asked).json()["results"] if row["type"] == STEP]


def travel(account: Account, engine: Engine, **fields: Any) -> Journey:
    """Through a split, and now in a pause of two days."""
    listed = AccountListFactory()
    add_members(listed, [account.pk], by=None, now=engine.clock.now)
    journey = publish_map(
        start(listed),
        split("size", ("small", condition("account.employees", "at_least", 0), "pause"), other="pause"),
        wait("pause", days=2),
        now=engine.clock.now,
        **fields,
    )
    engine.run()
    return journey


class TestSteps:
    def test_are_where_the_account_has_been_and_where_it_is(
        self, engine: Engine, account: Account, url: str, now: datetime
    ):
        journey = travel(account, engine, name="Welcome")
        inside = entry(journey, account)

        found = steps(url)

        assert [row["payload"]["node"] for row in found] == ["pause", "size", "start"]
        assert found[0] == {
            "id": None, "type": STEP, "account": account.pk, "person": None, "occurred_at": "2027-03-01T09:00:00Z",
            "received_at": "2027-03-01T09:00:00Z", "source": "journey", "source_id": journey.pk,
            "payload": {
                "journey": journey.pk, "journey_name": "Welcome", "entry": inside.pk, "number": 3, "node": "pause",
                "label": "", "kind": "wait", "action": "", "left_at": None, "due_at": "2027-03-03T09:00:00Z",
                "path": "", "done": 0, "skipped": 0, "reason": "", "has_failed": False, "ended": "",
            },
        }  # fmt: skip
        assert (found[1]["payload"]["path"], found[1]["payload"]["left_at"]) == (
            "small",
            "2027-03-01T09:00:00Z",
        )

    def test_stay_in_their_place_when_the_account_goes_on(
        self, engine: Engine, clock: Clock, account: Account, url: str
    ):
        travel(account, engine)
        before = steps(url)
        clock.forward(days=2)
        engine.run()

        after = steps(url)

        assert [row["occurred_at"] for row in after] == [row["occurred_at"] for row in before]
        assert [row["payload"]["number"] for row in after] == [3, 2, 1]
        assert (after[0]["payload"]["left_at"], after[0]["payload"]["ended"]) == (
            "2027-03-03T09:00:00Z",
            "completed",
        )
        assert [row["payload"]["ended"] for row in after[1:]] == ["", ""]

    def test_say_what_an_action_did(self, engine: Engine, account: Account, url: str):
        PersonFactory.create_batch(2, accounts=[account])
        listed = AccountListFactory(type="static", status="live")
        add_members(listed, [account.pk], by=None, now=engine.clock.now)
        publish_map(
            start(listed),
            action("list", "add_to_account_list", account_list={"id": listed.pk, "name": listed.name}),
        )
        engine.run()

        said = steps(url)[0]["payload"]

        assert (said["action"], said["done"], said["skipped"], said["reason"]) == (
            "add_to_account_list", 0, 1, "already_member",
        )  # fmt: skip

    def test_say_that_staff_have_removed_it_there(
        self, engine: Engine, clock: Clock, account: Account, url: str
    ):
        journey = travel(account, engine)
        clock.forward(hours=1)
        services.remove(
            journey, entries=[entry(journey, account).pk], by=None, now=clock.now, interface="api"
        )

        [last, *_] = steps(url)

        assert (last["payload"]["node"], last["payload"]["ended"]) == ("pause", "removed_by_staff")

    def test_are_no_longer_those_of_a_deleted_journey(
        self, engine: Engine, account: Account, url: str, now: datetime
    ):
        journey = travel(account, engine)
        Journey.objects.filter(pk=journey.pk).update(deleted_at=now)

        answer = client_of().get(url).json()

        assert [row["type"] for row in answer["results"]] == ["journey_entered", "added_to_account_list"]
        assert answer["count"] == 2

    def test_are_not_in_the_timelines_of_its_people(self, engine: Engine, account: Account):
        person = PersonFactory(accounts=[account])
        travel(account, engine)

        assert client_of().get(f"/api/v1/people/{person.pk}/timeline/").json()["results"] == []

    def test_are_counted_with_the_events(self, engine: Engine, account: Account, url: str):
        travel(account, engine)

        answer = client_of().get(url).json()

        assert (answer["count"], answer["count_is_exact"]) == (len(answer["results"]), True) == (5, True)


class TestWhoSeesThem:
    def shown(self, url: str, *permissions: str, scopes: list[str] | None = None) -> set[str]:
        client = client_of(user_with("accounts.view_account", *permissions), scopes=scopes or [])
        return {row["type"] for row in client.get(url).json()["results"]}

    def test_is_who_may_view_journeys_entries_and_visits(self, engine: Engine, account: Account, url: str):
        travel(account, engine)

        assert self.shown(url, *SEES) == {STEP, "journey_entered"}
        for lacking in SEES:
            assert STEP not in self.shown(url, *(one for one in SEES if one != lacking))

    def test_with_a_token_is_one_for_journeys(self, engine: Engine, account: Account, url: str):
        travel(account, engine)

        assert STEP in self.shown(url, *SEES, scopes=["accounts:read", "journeys:read"])
        assert STEP not in self.shown(url, *SEES, scopes=["accounts:read"])

    @pytest.mark.parametrize("page", ["change", "timeline"])
    def test_is_the_same_in_the_admin(self, engine: Engine, account: Account, page: str):
        journey = travel(account, engine, name="Welcome")
        place = reverse("admin:journeys_journey_entry", args=[journey.pk, entry(journey, account).pk])
        seen = {}
        for permissions in (SEES, SEES[:1]):
            client = Client()
            client.force_login(user_with("accounts.view_account", *permissions))
            lines = (
                client.get(reverse(f"admin:accounts_account_{page}", args=[account.pk]))
                .context["timeline"]
                .lines
            )
            seen[permissions] = [line.url for line in lines]

        assert seen == {SEES: ["", place, place, place], SEES[:1]: [""]}


def test_each_offer_has_its_teller():
    tellers: list[Teller] = [import_string(path) for path in settings.TIMELINE_TELLERS]

    assert [teller.type for teller in tellers] == [offer.type for offer in timelines.offers()] == [STEP]
