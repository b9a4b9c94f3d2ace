from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.reports import roles
from buying_groups.services import members
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db
ROLES = {
    "Decision Maker": {"members_needed": 3},
    "Champion": {"members_needed": 2},
    "Practitioner": {},
    "Other": {"is_required": False, "members_needed": 4},
}


@pytest.fixture
def group():
    members = dict(
        zip(PersonFactory.create_batch(4), ["Decision Maker"] * 2 + ["Practitioner", "Other"], strict=True)
    )
    return BuyingGroupFactory(solution_interest=SolutionInterestFactory(roles=ROLES), members=members)


class TestRolesOfAGroup:
    def test_say_how_many_members_each_has_and_needs(self, group):
        assert [(s.name, s.members, s.needed, s.is_required) for s in roles.of_group(group)] == [
            ("Decision Maker", 2, 3, True), ("Champion", 0, 2, True), ("Practitioner", 1, 1, True),
            ("Other", 1, 4, False),
        ]  # fmt: skip

    def test_lack_what_is_required_and_not_there(self, group):
        lacking = roles.missing(roles.of_group(group))

        assert [(state.name, state.missing) for state in lacking] == [("Decision Maker", 1), ("Champion", 2)]

    def test_do_not_count_who_was_removed(self, group):
        GroupMember.objects.filter(role=role("Practitioner")).update(is_removed=True)

        assert [state.members for state in roles.of_group(group)] == [2, 0, 0, 1]

    def test_have_a_completeness_each(self, group):
        assert [state.completeness for state in roles.of_group(group)] == [pytest.approx(200 / 3), 0, 100, 25]

    def test_more_members_than_needed_make_no_role_fuller(self, group):
        GroupMemberFactory.create_batch(3, group=group, role="Practitioner")

        assert roles.of_group(group)[2].completeness == 100


def test_the_completeness_of_the_roles_is_that_of_the_group(group, now):
    person = PersonFactory(accounts=[group.account])

    members.assign(group, {person.pk: role("Champion").pk}, by=None, now=now)

    assert BuyingGroup.objects.get().completeness == roles.completeness(roles.of_group(group))


def test_what_it_would_be_after_a_change(group):
    after = roles.changed(
        roles.of_group(group), {role("Champion").pk: 2, role("Practitioner").pk: -1, role("Other").pk: -9}
    )

    assert [state.members for state in after] == [2, 2, 0, 0]
    assert roles.completeness(after) == pytest.approx((200 / 3 + 100 + 0) / 3)


def test_many_groups_take_as_many_queries_as_few(group, count_queries):
    few = count_queries(lambda: roles.of_groups([group]))
    many = [group, *BuyingGroupFactory.create_batch(39, members={PersonFactory(): "Decision Maker"})]

    assert count_queries(lambda: roles.of_groups(many)) == few == 2
    found = roles.of_groups(many)
    assert [state.members for state in found[many[-1].pk]] == [1]
    assert len(found[group.pk]) == 4
