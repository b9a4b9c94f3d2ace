"""The first page, the sidebar and the quick search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from journeys import services
from journeys.admin import attention
from journeys.engine import purge
from journeys.models import EngineState, Journey, Node, NodeTrouble
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory, PersonFactory, UserFactory
from tests.factories.journeys import in_status, publish, simple_map

pytestmark = pytest.mark.django_db


def titles(client: Client) -> list[str]:
    return [item.title for item in client.get("/admin/").context["items"]]


@pytest.fixture
def running() -> EngineState:
    return EngineState.objects.create(pk=1, last_round_at=timezone.now())


def test_says_when_there_is_nothing_to_do(client, running):
    in_status("live", now=timezone.now())
    assert titles(client) == []
    assert "every account is on its way" in client.get("/admin/").content.decode()


def test_names_an_engine_that_stands_still(client):
    in_status("live", now=timezone.now())
    assert titles(client) == ["The engine is not running"]


def test_names_an_engine_that_is_held(client, running):
    services.hold_engine(because="Maintenance", by=None, now=timezone.now())
    assert titles(client) == ["The engine is held: nobody moves"]


def test_names_nodes_at_which_everybody_fails(client, running):
    journey = in_status("live", now=timezone.now(), name="Plan")
    node = Node.objects.get(version_id=journey.version_id, key="pause")
    now = timezone.now()
    NodeTrouble.objects.create(node=node, journey=journey, error="<b>no</b>", since=now, retry_at=now)

    page = client.get("/admin/").content.decode()

    assert "“Plan” stands still at “pause”" in page
    assert "<b>no</b>" not in page


def test_names_held_and_late_journeys(client, running, now):
    held = in_status("live", now=timezone.now(), name="Held")
    services.hold(held, because="Wrong prices", by=None, now=timezone.now(), interface="api")
    start = timezone.now() + timedelta(seconds=1)
    late = publish(JourneyFactory(name="Late"), now=timezone.now(), start=start)
    services.start(late, now=start + timedelta(minutes=90))

    assert titles(client) == ["“Held” is held", "“Late” started late"]


POINTS = "“Source” points to a journey that is not live"


@pytest.fixture
def target() -> Journey:
    """A live journey that another live one adds accounts to."""
    target = in_status("live", now=timezone.now(), name="Target")
    add = {"key": "add", "kind": "take_action", "on": "accounts", "action": "add_account_to_journey",
           "settings": {"journey": "Target"}, "next": None}  # fmt: skip
    first = simple_map(_live_list())[0]
    publish(JourneyFactory(name="Source", nodes=[{**first, "next": "add"}, add]), now=timezone.now())
    return target


def test_names_journeys_that_point_to_one_that_is_not_live(client, running, target):
    assert titles(client) == []

    services.close(target, by=None, now=timezone.now(), interface="api")

    assert titles(client) == [POINTS]


def test_names_journeys_that_point_to_one_that_is_gone_for_good(client, running, target):
    said = {"by": None, "now": timezone.now(), "interface": "api"}
    services.rename(target, name="Former target", **said)
    services.abort(target, **said)
    services.delete(target, **said)
    shown = [(POINTS, "“add” names “Former target”, which is deleted: accounts are skipped there.")]
    assert [(item.title, item.text) for item in attention._gone()] == shown

    assert purge.purge_deleted(size=100) == 1

    assert [(item.title, item.text) for item in attention._gone()] == shown
    source = Journey.objects.get(name="Source")
    services.abort(source, **said)
    assert titles(client) == []


def _live_list() -> str:
    return AccountListFactory().name


def test_counts_journeys_by_status(client, running):
    in_status("live", now=timezone.now())
    JourneyFactory.create_batch(2)
    tiles = {tile["status"]: tile["n"] for tile in client.get("/admin/").context["tiles"]}
    assert tiles == {"draft": 2, "scheduled": 0, "live": 1, "closed": 0, "aborted": 0, "finished": 0}


def test_makes_no_more_queries_for_more_journeys(client, running, count_queries):
    in_status("live", now=timezone.now())
    few = count_queries(lambda: client.get("/admin/"))
    for _ in range(8):
        in_status("live", now=timezone.now())
    assert count_queries(lambda: client.get("/admin/")) == few


def test_a_user_without_journeys_sees_the_areas_that_may_be_opened():
    client = Client()
    client.force_login(UserFactory(is_superuser=False))
    page = client.get("/admin/").content.decode()
    assert "What is going on" not in page


class TestSidebar:
    def test_has_what_may_be_opened(self, client_with):
        page = client_with().get("/admin/").content.decode()
        assert 'href="/admin/journeys/journey/"' in page
        assert 'href="/admin/auth/user/"' not in page


class TestSearch:
    def found(self, client: Client, term: str) -> list[str]:
        answer = client.get("/admin/search/", {"s": term, "extended": "1"})
        assert answer.status_code == 200
        return [str(result.title) for result in answer.context["results"]] if answer.context else []

    def test_finds_journeys_of_that_name(self, client):
        JourneyFactory(name="Banken im Norden")
        assert self.found(client, "NORD") == ["Banken im Norden"]

    def test_is_capped(self, client):
        JourneyFactory.create_batch(20, nodes=[])
        assert len([title for title in self.found(client, "journey ") if title.startswith("Journey ")]) <= 7

    def test_finds_only_what_may_be_seen(self):
        AccountFactory(name="Nordbank")
        PersonFactory(first_name="Nora", last_name="Nordmann")
        JourneyFactory(name="Nordlicht")
        user = UserFactory(is_superuser=False)
        client = Client()
        client.force_login(user)
        assert self.found(client, "nord") == []
        user.user_permissions.set(Permission.objects.filter(codename="view_journey"))
        assert self.found(client, "nord") == ["Nordlicht"]

    def test_takes_any_text(self, client):
        assert self.found(client, "%_\\'\"<b>") == []
        assert client.get("/admin/search/", {"s": ""}).status_code == 200


def test_the_engine_is_as_the_state_says(running):
    found = attention.engine(timezone.now())
    assert (found["still"], found["asleep"]) == (False, 0)
    assert not Journey.objects.exists()
