"""A journey through all kinds of nodes, with entries that stand where a test wants them, and what became of it."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Account, AccountList, AccountPerson, Event, ListMember, Person, PersonScore, Score
from journeys.engine import admit, counters
from journeys.engine.worker import Worker
from journeys.models import Entry, Journey, NodeTrouble, Visit, What
from tests.conftest import NOW
from tests.factories import AccountListFactory, ScoreFactory
from tests.factories.maps import action, condition, merge, publish_map, split, start, wait

# The node of each kind, at which a batch can stand.
KINDS = {
    "account_audience": "start",
    "take_action": "raise",
    "split_accounts": "size",
    "merge": "join",
    "wait": "rest",
}
DAY = timedelta(days=1)


@dataclass
class World:
    journey: Journey
    now: datetime = NOW

    def worker(self, **given: Any) -> Worker:
        return Worker(clock=lambda: self.now, **given)

    def stand_at(self, kind: str) -> None:
        """Everybody is due at the node of this kind, and gets there the way entries do."""
        admit.admit(self.journey.pk, clock=lambda: self.now)
        if kind == "account_audience":
            return
        if kind == "wait":
            self.worker().move_due()
            self.now += DAY
            return
        node = self.journey.version.nodes.get(key=KINDS[kind])  # type: ignore[union-attr]
        NodeTrouble.objects.create(
            node=node, journey=self.journey, error="", since=self.now, retry_at=self.now + DAY / 2
        )
        self.worker().move_due()
        self.now += DAY / 2

    def to_the_end(self) -> None:
        """Without faults."""
        for _ in range(3):
            self.worker().move_due()
            self.now += DAY


def make(n: int = 12) -> World:
    """Accounts of 1 to n employees with two people each, of whom the second belongs to the next account as well."""
    ScoreFactory()
    accounts = Account.objects.bulk_create(
        Account(name=f"a{i}", domain=f"a{i}.example", employees=i) for i in range(1, n + 1)
    )
    people = Person.objects.bulk_create(Person(email=f"p{i}@x.example") for i in range(2 * n))
    AccountPerson.objects.bulk_create(
        AccountPerson(account=accounts[(i // 2 + also) % n], person=person)
        for i, person in enumerate(people)
        for also in range(1 + i % 2)
    )
    # One is on the list already: it is skipped there.
    marked = AccountListFactory(name="Marked", members=[accounts[n - 1]])
    journey = publish_map(
        start(), action("raise", "change_score", score="fit", change="+5"),
        split("size", ("large", condition("account.employees", "at_least", n // 2), "mark"), other="join"),
        action("mark", "add_to_account_list", account_list={"id": marked.pk, "name": marked.name}),
        merge("join"), wait("rest", days=1),
        action("note", "account_change_data_value", attribute="account.industry", value="Banking"),
    )  # fmt: skip
    return World(journey)


def outcome() -> dict[str, Any]:
    """All that a journey leaves behind, by names: to compare what a fault left with what none would have."""
    return {
        "scores": dict(PersonScore.objects.values_list("person__email", "value")),
        "members": sorted(ListMember.objects.values_list("account__name", flat=True)),
        "industries": sorted(Account.objects.values_list("name", "industry")),
        "entries": sorted(Entry.objects.values_list(
            "account__name", "number", "status", "reason", "node__key", "visit", "started_at", "ended_at"
        )),
        "visits": sorted(Visit.objects.values_list(
            "entry__account__name", "number", "node__key", "path__key", "done", "skipped", "left_at"
        )),
        "counters": numbers(),
        "events": events(),
    }  # fmt: skip


def numbers() -> dict[str, int]:
    found = dict[str, int]()
    for journey in Journey.objects.all():
        keys = {node.pk: node.key for node in journey.version.nodes.all()}  # type: ignore[union-attr]
        for (node, what), n in counters.read(journey.pk).items():
            if n:
                found[f"{keys.get(node, '')} {What(what).name}"] = n
    return found


def events() -> Tally[tuple[Any, ...]]:
    """How often each event was recorded; ids are replaced by names."""
    accounts, people = (
        dict(Account.objects.values_list("pk", "name")),
        dict(Person.objects.values_list("pk", "email")),
    )
    return Tally(
        (
            event.type_id,
            accounts.get(event.account_id),
            people.get(event.person_id),
            str(_readable(event.payload)),
            event.occurred_at,
        )
        for event in Event.objects.all()
    )


def _readable(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in ("journey", "list", "account_list_id")}


def is_empty() -> bool:
    return not (Account.objects.exists() or Score.objects.exists() or AccountList.objects.exists())
