from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import factory

from journeys import publishing, services
from journeys.document import references
from journeys.models import Draft, DraftRevision, HistoryRecord, Journey
from tests.factories.accounts import LONG_AGO, AccountListFactory

TEST = HistoryRecord.Interface.COMMAND
START: dict[str, Any] = {"key": "start", "kind": "account_audience", "next": None}


def simple_map(account_list: str) -> list[dict[str, Any]]:
    """A list, a wait of a day, the end."""
    return [
        {
            "key": "start",
            "kind": "account_audience",
            "settings": {"account_list": account_list},
            "next": "pause",
        },
        {
            "key": "pause",
            "kind": "wait",
            "settings": {"duration": {"value": 1, "unit": "days"}},
            "next": None,
        },
    ]


class JourneyFactory(factory.django.DjangoModelFactory):
    """A draft. `nodes` as the document has them (names, no ids); else a live list and a wait of a day."""

    class Meta:
        model = Journey
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Journey {n}")
    time_zone = "UTC"
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def nodes(self, create: bool, extracted: Sequence[dict[str, Any]] | None, **_: object) -> None:
        given = simple_map(AccountListFactory().name) if extracted is None else extracted
        nodes = references.pin(given)
        self.draft = Draft.objects.create(journey=self, nodes=nodes)
        publishing.note_targets(self.draft)
        DraftRevision.objects.create(journey=self, number=1, nodes=nodes, saved_at=LONG_AGO)


def map_that_acts(account_list: str, action: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """A list, an action on accounts, the end."""
    act = {"key": "act", "kind": "take_action", "on": "accounts", "action": action, "settings": settings}
    return [simple_map(account_list)[0] | {"next": "act"}, act | {"next": None}]


def publish(journey: Journey, *, now: datetime, days: int = 90, start: datetime | None = None) -> Journey:
    """Publish a draft without problems, for so many days; in the future with `start`."""
    end = (start or now) + timedelta(days=days)
    return services.publish(journey, by=None, now=now, interface=TEST, start=start, end=end)


def in_status(status: str, *, now: datetime, **fields: Any) -> Journey:
    """A journey that has come to this status the way journeys do."""
    journey = JourneyFactory(**fields)
    said: dict[str, Any] = {"by": None, "now": now, "interface": TEST}
    if status == Journey.Status.DRAFT:
        return journey
    if status == Journey.Status.SCHEDULED:
        return publish(journey, now=now, start=now + timedelta(days=1))
    journey = publish(journey, now=now)
    if status == Journey.Status.ABORTED:
        return services.abort(journey, **said)
    if status in (Journey.Status.CLOSED, Journey.Status.FINISHED):
        journey = services.close(journey, **said)
    if status == Journey.Status.FINISHED:
        services.finish(journey, now=now)
    return Journey.objects.get(pk=journey.pk)
