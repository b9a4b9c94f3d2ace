"""The demo's buying groups: made once, each person in the first role that fits the title."""

from __future__ import annotations

import pytest

from accounts.models import Event, EventType
from buying_groups.demo import groups
from buying_groups.models import BuyingGroup, GroupMember, JobRun
from tests.conftest import NOW
from tests.factories import AccountFactory, AudienceFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience():
    account = AccountFactory(name="Northwind")
    for title in ("Chief Data Officer", "Head of Sales", "Sales Manager", "Sales Analyst", "Chauffeur"):
        PersonFactory(accounts=[account], job_title=title)
    return AudienceFactory(condition={"match": "all", "filters": []})


def test_everybody_gets_the_first_role_that_fits(audience):
    groups.provide(audience, clock=lambda: NOW)
    members = GroupMember.objects.values_list("person__job_title", "role__name")
    assert dict(members) == {
        "Chief Data Officer": "Decision Maker",
        "Head of Sales": "Decision Maker",
        "Sales Manager": "Influencer",
        "Sales Analyst": "Practitioner",
    }
    assert BuyingGroup.objects.get().completeness == 100
    assert set(JobRun.objects.values_list("status", flat=True)) == {"done"}


def test_people_have_done_something_lately(audience):
    groups.provide(audience, clock=lambda: NOW)
    kinds = set(Event.objects.filter(person_id__isnull=False).values_list("type_id", flat=True))
    assert kinds & {int(kind) for kind in groups.DONE}
    assert EventType.BuiltIn.ASSIGNED_TO_BUYING_GROUP in kinds
    assert BuyingGroup.objects.get().engagement is not None


def test_a_second_time_changes_nothing(audience):
    groups.provide(audience, clock=lambda: NOW)
    before = Event.objects.count()
    assert groups.provide(audience, clock=lambda: NOW) is None
    assert Event.objects.count() == before
