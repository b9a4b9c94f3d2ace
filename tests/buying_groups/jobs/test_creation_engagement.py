"""The engagement score that a group has from its creation on (reference 8.1)."""

from __future__ import annotations

from math import sqrt

import pytest

from accounts.models import Event, EventType, Person
from buying_groups.jobs.creation import run_creation
from buying_groups.models import BuyingGroup, GroupScore, JobRun
from tests.buying_groups.engagement.conftest import score as score
from tests.factories import AccountListFactory, BuyingGroupFactory, PersonFactory

pytestmark = pytest.mark.django_db
CHANGED = EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED


@pytest.fixture
def night(monkeypatch, score):
    """A night's run over scores of people as they stand, so that their own computing is out of the way."""
    monkeypatch.setattr("buying_groups.engagement.people.compute", lambda run, at: 0)
    return score


@pytest.fixture
def highest(interest):
    """A group whose only member has a score of 64."""
    group = BuyingGroupFactory(solution_interest=interest)
    person = PersonFactory(accounts=[group.account], engagement_score=64)
    group.members.create(person=person, role=interest.template.roles.get(priority=1).role, source=3,
                         changed_at=group.created_at)  # fmt: skip
    return group


@pytest.fixture
def make(company, creation_of, clock):
    """A new group, with a director of this score."""

    def do(score: float | None) -> BuyingGroup:
        account = company("Director")
        Person.objects.filter(accounts=account).update(engagement_score=score)
        assert run_creation(creation_of(AccountListFactory(members=[account])), clock)
        return BuyingGroup.objects.get(account=account)

    return do


def told(group: BuyingGroup) -> list[dict]:
    found = Event.objects.filter(type_id=CHANGED, account_id=group.account_id)
    return list(found.values_list("payload", flat=True))


def test_is_measured_by_the_highest_of_the_last_night(highest, night, make, now):
    night()

    group = make(16)

    assert group.engagement == pytest.approx(100 * sqrt(16 / 64))
    assert (group.completeness, group.updated_at) == (50, now)
    row = GroupScore.objects.get(group=group)
    assert (row.completeness, row.engagement) == (50, group.engagement)
    [said] = told(group)
    assert said.items() >= {"old": None, "new": 50, "name": "CRM", "group": group.pk}.items()


def test_is_what_the_next_night_finds(highest, night, make):
    night()
    group = make(17)

    night()

    assert BuyingGroup.objects.get(pk=group.pk).engagement == group.engagement
    assert len(told(group)) == 1


@pytest.mark.parametrize(("given", "expected"), [(None, 0), (0, 0), (64, 100), (100, 100)])
def test_lies_between_0_and_100(highest, night, make, given, expected):
    night()

    assert make(given).engagement == expected


def test_is_the_highest_itself_where_all_others_have_none(highest, night, make):
    Person.objects.update(engagement_score=0)
    night()

    assert (make(4).engagement, make(None).engagement) == (100, 0)


def test_is_missing_before_the_first_night(highest, make):
    group = make(16)

    assert group.engagement is None
    assert GroupScore.objects.get(group=group).engagement is None
    assert told(group) == []


def test_a_run_that_came_to_no_groups_does_not_count(highest, night, make, now):
    night()
    JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=now)

    assert make(16).engagement == 50


def test_older_groups_keep_theirs(highest, night, make):
    night()
    before = BuyingGroup.objects.values().get(pk=highest.pk)

    make(100)

    assert BuyingGroup.objects.values().get(pk=highest.pk) == before
