"""Where in the generated world the measured addresses point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User

from accounts.models import Account, AccountList, Audience, Import, Person
from journeys.models import Entry, EntryFailure, Journey, Node
from tests.benchmarks import pages_journey


@dataclass(frozen=True)
class Page:
    """What is measured: its name says what one would do to see it."""

    name: str
    url: str


@dataclass(frozen=True)
class Places:
    """Where in the world the addresses point."""

    viewer: User
    journey: Journey
    nodes: Mapping[str, Node]
    draft: Journey
    account: Account
    person: Person
    lists: tuple[AccountList, ...]
    audience: Audience
    job: Import
    staff: int
    # Of the big journey: an entry that has completed, one that waits, one that has failed, one far behind.
    entries: Mapping[str, int]


def find(viewer: User) -> Places:
    """The places in the world as it has been made."""
    journey = pages_journey.found()
    of_it = Entry.objects.filter(journey=journey).order_by("pk")
    account = Account.objects.order_by("pk")[0]
    entries = {
        "completed": of_it.filter(status=2)[0].pk, "waiting": of_it.filter(status=1)[0].pk,
        "failed": EntryFailure.objects.order_by("pk")[0].pk, "middle": of_it[of_it.count() // 2].pk,
    }  # fmt: skip
    return Places(
        viewer, journey, {node.key: node for node in Node.objects.filter(version_id=journey.version_id)},
        Journey.objects.present().filter(status="draft").order_by("pk")[0], account, Person.objects.order_by("pk")[0],
        tuple(AccountList.objects.order_by("pk")[:3]), Audience.objects.exclude(name="Everybody").order_by("pk")[0],
        Import.objects.order_by("-pk")[0], User.objects.get(username="staff07").pk, entries,
    )  # fmt: skip


def page(name: str, path: str, /, **query: Any) -> Page:
    return Page(name, f"{path}?{urlencode(query, doseq=True)}" if query else path)
