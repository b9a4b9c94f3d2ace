"""What the pages of an account say of its journeys."""

from __future__ import annotations

import pytest
from django.urls import reverse

from journeys.engine import leave
from journeys.models import Entry
from tests.factories import AccountFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db


def test_what_goes_with_an_account_is_said_before(client):
    goes, _stays = AccountFactory.create_batch(2)
    engine = Engine(Clock())
    journeys = [publish_map(start(), wait("rest", days=1)) for _ in range(3)]
    engine.run()
    ended = Entry.objects.get(journey=journeys[0], account=goes)
    leave.remove(journeys[0].pk, [ended.pk], now=engine.clock.now)

    asked = client.get(reverse("admin:accounts_account_delete", args=[goes.pk])).content.decode()

    assert "Places in journeys: 3, of which 2 now" in asked
