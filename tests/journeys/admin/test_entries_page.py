"""What the tab Entries says around its rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from journeys.models import Entry, Journey
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory
from tests.factories.journeys import publish, simple_map
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 6, 22, tzinfo=UTC)


@pytest.fixture
def journey() -> Journey:
    """In Berlin, where it is an hour later."""
    nodes = simple_map(AccountListFactory(members=[AccountFactory()]).name)
    journey = publish(JourneyFactory(nodes=nodes, time_zone="Europe/Berlin"), now=NOW)
    Engine(Clock(NOW)).run()
    return journey


def test_there_is_one_time_zone_on_a_page_that_of_the_journey(client, to, journey):
    entry = Entry.objects.get(journey=journey)
    listed = client.get(to("entries", journey)).content.decode()
    why = client.get(to("entry", journey, entry.pk)).content.decode()

    assert "Times in Europe/Berlin" in listed
    assert listed.index("Times in Europe/Berlin") < listed.index("<table")
    for page in (listed, why):
        shown = page[page.index("tl-journey-head") :]
        assert "1 Mar 2027, 07:22" in shown
        assert "2 Mar 2027, 07:22" in shown
        assert not re.search(r"UTC|06:22", re.sub(r'datetime="[^"]*"', "", shown))
