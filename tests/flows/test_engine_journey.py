"""A journey as staff make it: a document, published through the services, gone round to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Account, AccountList, ListMember, PersonScore
from journeys import rounds, services
from journeys.engine import counters, liveness
from journeys.engine.verify import verify
from journeys.engine.worker import Worker
from journeys.models import Entry, HistoryRecord, Journey, Visit, What
from tests.factories import AccountFactory, AccountListFactory, PersonFactory, ScoreFactory

pytestmark = pytest.mark.django_db

LARGE = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 1000}]}
DOCUMENT = {
    "format": "throughline/journey/1",
    "name": "Welcome large banks",
    "description": "",
    "time_zone": "Europe/Berlin",
    "start": "immediately",
    "end": "2027-12-31T22:00:00Z",
    "re_entry": {"enabled": False},
    "email_deduplication": False,
    "nodes": [
        {"key": "start", "kind": "account_audience", "next": "size",
         "settings": {"account_list": "Enterprise", "mode": "once"}},
        {"key": "size", "kind": "split_accounts", "paths": [
            {"key": "large", "label": "Large", "next": "raise", "condition": LARGE},
            {"key": "rest", "label": "Other accounts", "other": True, "next": "pause"},
        ]},
        {"key": "raise", "kind": "take_action", "on": "people", "action": "change_score",
         "settings": {"score": "fit", "change": "+5"}, "next": "join"},
        {"key": "pause", "kind": "wait", "next": "join", "settings": {
            "duration": {"value": 5, "unit": "days"}, "must_end_on": {"days": ["mon"], "time": "09:00"}}},
        {"key": "join", "kind": "merge", "next": "mark"},
        {"key": "mark", "kind": "take_action", "on": "accounts", "action": "add_to_account_list",
         "settings": {"account_list": "Welcomed"}, "next": None},
    ],
}  # fmt: skip


@pytest.fixture
def journey(now: datetime) -> Journey:
    ScoreFactory()
    members = [AccountFactory(name=f"Bank {n}", employees=n) for n in (10, 2000, 5000)]
    for account in members:
        PersonFactory(accounts=[account])
    AccountListFactory(name="Enterprise", members=members)
    AccountListFactory(name="Welcomed")
    said = {"by": None, "now": now, "interface": HistoryRecord.Interface.COMMAND}
    journey = services.import_document(DOCUMENT, **said)
    return services.publish(journey, **said)


def go_round(at: datetime) -> None:
    rounds.go_round(Worker(clock=lambda: at))


class TestAJourney:
    def test_takes_everybody_to_the_end_and_finishes(self, journey: Journey, now: datetime) -> None:
        go_round(now)
        welcomed = ListMember.objects.filter(account_list__name="Welcomed")
        assert set(welcomed.values_list("account__name", flat=True)) == {"Bank 2000", "Bank 5000"}
        assert list(PersonScore.objects.values_list("value", flat=True)) == [5, 5]
        paused = Entry.objects.get(status=Entry.Status.ACTIVE)
        # Monday 1 March 10:00 in Berlin, and five days: the Monday after, 9:00 there.
        assert paused.due_at == datetime.fromisoformat("2027-03-08T08:00:00+00:00")
        go_round(now + timedelta(days=7))
        assert Journey.objects.get().status == Journey.Status.FINISHED
        assert AccountList.objects.get(name="Welcomed").members.count() == Account.objects.count() == 3
        assert verify() == {}
        assert liveness.asleep() == 0

    def test_shows_numbers_that_equal_the_lists_behind_them(self, journey: Journey, now: datetime) -> None:
        go_round(now)
        found = counters.read(journey.pk)
        for node in journey.version.nodes.all():  # type: ignore[union-attr]
            visits = Visit.objects.filter(node=node).count()
            there = Entry.objects.filter(node=node, status=Entry.Status.ACTIVE).count()
            assert found.get((node.pk, What.ENTERED), 0) == visits + there, node.key
            assert found.get((node.pk, What.LEFT), 0) == visits, node.key
        assert (found[0, What.ENTERED], found[0, What.COMPLETED]) == (3, 2)
