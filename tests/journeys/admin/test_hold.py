"""A hold of the whole engine is to be seen wherever somebody wonders why nobody moves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from journeys import services
from journeys.models import Entry, Journey
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory
from tests.factories.api import client_of
from tests.factories.journeys import in_status, publish, simple_map
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db
SAID = "The whole engine is held: nobody moves or enters in any journey."


@pytest.fixture
def journey() -> Journey:
    """Three accounts wait in it."""
    members = AccountListFactory(members=AccountFactory.create_batch(3))
    journey = publish(JourneyFactory(nodes=simple_map(members.name)), now=timezone.now())
    Engine(Clock(timezone.now())).run()
    return journey


def hold_engine() -> None:
    services.hold_engine(because="Wrong <b> prices", by=None, now=timezone.now())


def test_is_said_on_each_page_of_a_journey_and_above_the_list(client, to, journey):
    entry = Entry.objects.filter(journey=journey).latest("pk")
    pages = [
        to("change", journey), to("entries", journey), to("history", journey), to("entry", journey, entry.pk),
        to("changelist"), f"{to('changelist')}?q=nobody+has+this+name",
    ]  # fmt: skip
    assert not any(SAID in client.get(page).content.decode() for page in pages)

    hold_engine()

    for url in pages:
        page = client.get(url).content.decode()
        assert SAID in page, url
        assert "Wrong &lt;b&gt; prices" in page
        assert f'href="{to("engine")}"' in page


def test_is_released_by_who_may(client_with, to, journey):
    hold_engine()

    page = client_with("hold_journey").get(to("change", journey)).content.decode()

    assert SAID in page
    assert to("engine") not in page


@pytest.mark.parametrize(
    ("status", "held"),
    [("draft", False), ("scheduled", True), ("closed", True), ("aborted", False), ("finished", False)],
)
def test_is_said_where_somebody_could_move_or_enter(client, to, status: str, held: bool):
    journey = in_status(status, now=timezone.now())
    hold_engine()

    assert (SAID in client.get(to("change", journey)).content.decode()) == held


def test_a_page_that_is_open_gets_to_know(client, to, journey):
    assert client.get(to("counters", journey)).json()["held"] is False
    assert 'data-held=""' in client.get(to("change", journey)).content.decode()

    hold_engine()

    assert client.get(to("counters", journey)).json()["held"] is True
    assert 'data-held="1"' in client.get(to("change", journey)).content.decode()


def test_why_says_what_keeps_an_account_inside_where_it_is(journey):
    account = Entry.objects.filter(journey=journey).latest("pk").account_id
    url = f"/api/v1/journeys/{journey.pk}/why/?account={account}"
    assert client_of().get(url).json()["reasons"] == []

    hold_engine()
    services.hold(journey, because="Prices", by=None, now=timezone.now(), interface="api")

    of_journey, of_engine = client_of().get(url).json()["reasons"]
    assert of_journey.startswith("The journey is held since ")
    assert of_engine.startswith("The whole engine is held since ")
    assert of_engine.endswith(": nobody moves and nobody enters.")


def test_the_dialog_says_in_numbers_who_stays_where_they_are(client, to, journey):
    in_status("scheduled", now=timezone.now())
    aborted = publish(JourneyFactory(nodes=journey.draft.nodes), now=timezone.now())
    Engine(Clock(timezone.now())).run()
    services.abort(aborted, by=None, now=timezone.now(), interface="api")

    answer = client.get(to("engine"))

    assert (answer.context["under_way"], answer.context["inside"]) == ("2", "3")
    page = answer.content.decode()
    assert "Your colleagues read this on the home page and on the pages of the journeys." in page
