from __future__ import annotations

from datetime import timedelta

import pytest

from buying_groups.models import GroupMember
from buying_groups.reports import members
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    interest = SolutionInterestFactory(roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest)


def add(group, names):
    """{first name: (role, engagement)} as members of the group."""
    people = {
        name: PersonFactory(first_name=name, engagement_score=score, accounts=[group.account])
        for name, (_role, score) in names.items()
    }
    for name, (role, _score) in names.items():
        GroupMemberFactory(group=group, person=people[name], role=role)
    return people


def names(rows):
    return [row.person.first_name for row in rows]


class TestMembers:
    def test_come_by_role_in_the_order_of_the_template_then_by_engagement(self, group):
        add(group, {
            "Ada": ("Decision Maker", 90.0), "Ben": ("Champion", None), "Cleo": ("Champion", 5.0),
            "Dan": ("Champion", 80.5), "Eve": ("Other", 100.0),
        })  # fmt: skip

        found = list(members.current(group))

        assert names(found) == ["Dan", "Cleo", "Ben", "Ada", "Eve"]
        assert [row.priority for row in found] == [1, 1, 1, 2, members.LAST]

    def test_come_by_engagement_whatever_their_roles(self, group):
        add(group, {
            "Ada": ("Decision Maker", 90.0), "Ben": ("Champion", None), "Cleo": ("Champion", 5.0),
            "Eve": ("Other", 100.0),
        })  # fmt: skip

        assert names(members.current(group, by_score=True)) == ["Eve", "Ada", "Cleo", "Ben"]

    def test_who_was_removed_is_a_former_one_the_latest_first(self, group):
        people = add(group, {"Ada": ("Champion", 1), "Ben": ("Champion", 1), "Cleo": ("Champion", 1)})
        for days, name in enumerate(("Ada", "Ben"), start=1):
            moment = group.created_at + timedelta(days=days)
            GroupMember.objects.filter(person=people[name]).update(is_removed=True, changed_at=moment)

        assert names(members.current(group)) == ["Cleo"]
        assert names(members.former(group)) == ["Ben", "Ada"]


class TestCandidates:
    def test_are_people_of_the_account_who_are_no_members_now(self, group):
        people = add(group, {"Ada": ("Champion", 1), "Ben": ("Champion", 7)})
        GroupMember.objects.filter(person=people["Ben"]).update(is_removed=True)
        PersonFactory(first_name="Cleo", accounts=[group.account])
        PersonFactory(first_name="Dan", accounts=1)

        assert [person.first_name for person in members.candidates(group)] == ["Ben", "Cleo"]
