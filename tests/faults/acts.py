"""What the races have in common: people who belong to two accounts, and acts on a clock that stands still."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, AccountPerson, Person
from journeys.engine import admit, liveness
from journeys.engine.verify import verify
from journeys.engine.worker import Worker
from journeys.models import Entry, EntryFailure, Journey
from tests.conftest import NOW
from tests.factories import ScoreFactory


def worker(now: Any = NOW, **given: Any) -> Worker:
    return Worker(clock=lambda: now, **given)


def admitted(journey: Journey) -> int:
    return admit.admit(journey.pk, clock=lambda: NOW)


def said(now: Any = NOW) -> dict[str, Any]:
    return {"by": None, "now": now, "interface": "command"}


def people(n: int = 60) -> None:
    """n accounts and n people, each of whom belongs to two accounts."""
    ScoreFactory()
    accounts = Account.objects.bulk_create(Account(name=f"a{i}", domain="") for i in range(n))
    made = Person.objects.bulk_create(Person(email=f"p{i}@x.example") for i in range(n))
    AccountPerson.objects.bulk_create(
        AccountPerson(account=accounts[(i + also * 7) % n], person=person)
        for i, person in enumerate(made)
        for also in (0, 1)
    )


def all_is_well() -> bool:
    return verify() == {} and liveness.asleep() == 0 and not EntryFailure.objects.exists()


def run_out(journeys: list[Journey], *, size: int) -> None:
    """Move until nobody is due in these journeys, whoever moves them."""
    mover = worker(size=size)
    while Entry.objects.filter(journey__in=journeys, status=Entry.Status.ACTIVE, due_at__lte=NOW).exists():
        mover.move_due()
