"""A group from the night that makes it to the journey and the staff who change it, by rounds of the engine."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Account, Event, EventType
from accounts.services import people, relations
from buying_groups.models import BuyingGroup, GroupMember, IgnoredChange, MemberSource
from buying_groups.services import creation, members
from journeys import rounds
from journeys.engine.worker import Worker
from journeys.models import Entry
from tests.factories import (
    AccountListFactory,
    AudienceFactory,
    JourneyFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.buying_groups import job_title, role
from tests.factories.journeys import publish, simple_map

pytestmark = pytest.mark.django_db
TYPES = EventType.BuiltIn


@pytest.fixture
def world(now: datetime) -> Account:
    """A company with a director and an engineer, and a job that makes groups with deciders and users."""
    PersonFactory(accounts=1, job_title="Director", email="anna@x.example")
    account = Account.objects.get()
    PersonFactory(accounts=[account], job_title="Engineer", email="ben@x.example")
    interest = SolutionInterestFactory(
        name="CRM", updates_groups=True,
        roles={"Decision Maker": {"condition": job_title("Director")}, "Champion": {"members_needed": 2}},
    )  # fmt: skip
    creation.create(interest, audience=AudienceFactory(), by=None, now=now)
    return account


def standing() -> dict[str, tuple[str, str]]:
    """Role and source of each member, by the first part of the email."""
    found = GroupMember.objects.filter(is_removed=False).order_by("person_id")
    return {
        member.person.email.partition("@")[0]: (member.role.name, MemberSource(member.source).label)
        for member in found.select_related("person", "role")
    }


def completeness() -> list[tuple[float | None, float]]:
    told = Event.objects.filter(type_id=TYPES.BUYING_GROUP_COMPLETENESS_CHANGED).order_by("id")
    return [(event.payload["old"], event.payload["new"]) for event in told]


def test_a_group_lives(world: Account, now: datetime) -> None:
    at = [now]
    worker = Worker(clock=lambda: at[0])

    # The night makes the group.
    while rounds.go_round(worker):
        pass
    group = BuyingGroup.objects.get()
    assert standing() == {"anna": ("Decision Maker", "System")}
    assert completeness() == [(None, 50)]

    # A journey makes champions of everybody.
    nodes = [
        simple_map(AccountListFactory(members=[world]).name)[0] | {"next": "assign"},
        {"key": "assign", "kind": "take_action", "on": "people", "action": "assign_to_buying_group",
         "settings": {"solution_interest": "CRM", "role": "Champion"}, "next": None},
    ]  # fmt: skip
    publish(JourneyFactory(nodes=nodes), now=now)
    rounds.go_round(worker)
    assert Entry.objects.get().status == Entry.Status.COMPLETED
    assert standing() == {"anna": ("Champion", "Journey"), "ben": ("Champion", "Journey")}
    # Both roles full and empty: the number is the same, and nobody is told.
    assert completeness() == [(None, 50)]

    # Somebody knows better.
    anna = group.members.get(person__email="anna@x.example").person
    members.assign(group, {anna.pk: role("Decision Maker").pk}, by=UserFactory(), now=now)
    assert completeness()[-1] == (50, 75)

    # The next night leaves them alone, and says why.
    people.edit(anna.pk, {"job_title": "Pensioner"}, by=None, now=now)
    at[0] += timedelta(days=1)
    while rounds.go_round(worker):
        pass
    assert standing() == {"anna": ("Decision Maker", "Manual"), "ben": ("Champion", "Journey")}
    assert sorted(IgnoredChange.objects.values_list("reason", flat=True)) == [
        IgnoredChange.Reason.MANUAL_MEMBER, IgnoredChange.Reason.JOURNEY_MEMBER,
    ]  # fmt: skip

    # She leaves the company, and with it the group.
    relations.remove(world.pk, anna.pk, by=None, now=at[0])
    assert standing() == {"ben": ("Champion", "Journey")}
    assert completeness()[-1] == (75, 25)
