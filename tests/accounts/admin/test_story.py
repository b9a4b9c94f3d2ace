"""Interesting moments in words."""

from __future__ import annotations

import pytest

from accounts.admin import story
from accounts.models import Event, EventType
from tests.conftest import NO_ID
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("type", "title"),
    [("email", "Email"), ("milestone", "Milestone"), ("web", "Web"), ("Fair", "Fair"), (None, "Interesting moment")],
)  # fmt: skip
def test_a_moment_says_the_label_of_its_type(now, type, title):
    account = AccountFactory()
    moment = Event.objects.create(
        type_id=EventType.BuiltIn.ACCOUNT_INTERESTING_MOMENT, account_id=account.pk, source=Event.Source.SYSTEM,
        occurred_at=now, received_at=now, payload={"type": type, "description": "It"},
    )  # fmt: skip

    [line] = story.tell([moment], about=("account", account.pk))

    assert (line.title, line.text) == (title, "It")


@pytest.mark.parametrize("type", [EventType.BuiltIn.JOURNEY_ENTERED, EventType.BuiltIn.JOURNEY_COMPLETED])
def test_a_journey_that_is_deleted_is_called_so(now, type):
    account = AccountFactory()
    event = Event.objects.create(
        type_id=type, account_id=account.pk, source=Event.Source.JOURNEY, source_id=NO_ID,
        occurred_at=now, received_at=now, payload={},
    )  # fmt: skip

    [line] = story.tell([event], about=("account", account.pk))

    assert line.text == "a deleted journey"
