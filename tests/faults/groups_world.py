"""Companies, and a run that makes or maintains their buying groups; what it left behind, by names."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import Account, AccountPerson, Event, EventType, Person
from buying_groups.jobs.creation import run_creation
from buying_groups.jobs.maintenance import run_maintenance
from buying_groups.models import (
    BuyingGroup,
    CreationJob,
    GroupMember,
    GroupScore,
    IgnoredChange,
    JobRun,
    MemberSource,
)
from tests.conftest import NOW
from tests.factories import AudienceFactory, SolutionInterestFactory
from tests.factories.buying_groups import job_title, role

N, SIZE = 12, 5  # accounts, and accounts in a batch: three batches
FIGURES = ("created_groups", "added", "removed", "changed_role", "ignored", "rescored", "done", "total")
TITLES = ("Director", "Engineer", "Clerk")


def clock() -> datetime:
    return NOW


def make() -> JobRun:
    """Accounts of three people each, of whom the last belongs to the next account as well; a queued creation."""
    roles = {
        "Decision Maker": {"condition": job_title("Director")},
        "Practitioner": {"condition": job_title("Engineer"), "members_needed": 2},
    }
    interest = SolutionInterestFactory(name="CRM", roles=roles, updates_groups=True)
    accounts = Account.objects.bulk_create(Account(name=f"a{i}", domain=f"a{i}.example") for i in range(N))
    people = Person.objects.bulk_create(
        Person(email=f"p{i}@x.example", job_title=TITLES[i % 3]) for i in range(3 * N)
    )
    AccountPerson.objects.bulk_create(
        AccountPerson(account=accounts[(i // 3 + also) % N], person=person)
        for i, person in enumerate(people)
        for also in range(2 if i % 3 == 2 else 1)
    )
    job = CreationJob.objects.create(solution_interest=interest, audience=AudienceFactory(), created_at=NOW)
    return JobRun.objects.create(kind="creation", job=job, queued_at=NOW)


def make_stale() -> JobRun:
    """The same with its groups; then clerks become directors, engineers pensioners but for one, who is kept by hand;
    a queued maintenance."""
    run_creation(make(), clock)
    JobRun.objects.all().delete()
    Event.objects.all().delete()
    by_hand = GroupMember.objects.filter(
        role=role("Practitioner"), group=BuyingGroup.objects.order_by("pk")[7]
    )
    by_hand.update(source=MemberSource.MANUAL)
    Person.objects.filter(job_title="Clerk").update(job_title="Director")
    Person.objects.filter(job_title="Engineer").update(job_title="Pensioner")
    return JobRun.objects.create(kind="maintenance", queued_at=NOW)


WORLDS: dict[str, Callable[[], JobRun]] = {"creation": make, "maintenance": make_stale}
WORK: dict[str, Callable[..., bool]] = {"creation": run_creation, "maintenance": run_maintenance}


def outcome() -> dict[str, Any]:
    """All that a run leaves behind, by names."""
    runs = JobRun.objects.filter(status="done").order_by("pk")
    names = ("group__account__name", "person__email")
    return {
        "groups": sorted(BuyingGroup.objects.values_list("account__name", "completeness", "created_at", "updated_at")),
        "members": sorted(GroupMember.objects.values_list(*names, "role__name", "source", "is_removed", "changed_at")),
        "scores": sorted(GroupScore.objects.values_list("group__account__name", "day", "completeness")),
        "ignored": sorted(IgnoredChange.objects.values_list(*names, "source", "reason", "is_removal", "against")),
        "events": events(),
        "figures": list(runs.values_list(*FIGURES)),
    }  # fmt: skip


def events() -> Tally[tuple[Any, ...]]:
    """How often each event was recorded, those of engagement aside; ids are replaced by names."""
    accounts, people = (
        dict(Account.objects.values_list("pk", "name")), dict(Person.objects.values_list("pk", "email")),
    )  # fmt: skip
    return Tally(
        (event.type_id, accounts.get(event.account_id), people.get(event.person_id), readable(event.payload))
        for event in Event.objects.exclude(type_id=EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED)
    )


def readable(payload: dict[str, Any]) -> str:
    return str(sorted(item for item in payload.items() if item[0] not in ("group", "solution_interest")))
