"""Interesting moments in words."""

from __future__ import annotations

import pytest

from accounts.admin import story
from accounts.models import Event, EventType
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
