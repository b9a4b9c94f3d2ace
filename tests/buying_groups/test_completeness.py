"""Completeness (spec 3.6, reference 7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.events import Source
from accounts.models import AccountChange, Event, EventType
from accounts.sql import row
from buying_groups.completeness import recompute
from buying_groups.models import BuyingGroup, GroupMember, GroupScore, MemberSource, Role
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import LONG_AGO, role

CHANGED = EventType.BuiltIn.BUYING_GROUP_COMPLETENESS_CHANGED
SYSTEM = Source(Event.Source.SYSTEM)
pytestmark = pytest.mark.django_db


def fill(group: BuyingGroup, name: str, members: int, *, is_removed: bool = False) -> None:
    GroupMember.objects.bulk_create(
        GroupMember(
            group=group, person=PersonFactory(), role=role(name), source=MemberSource.MANUAL, changed_at=LONG_AGO,
            is_removed=is_removed,
        )
        for _ in range(members)
    )  # fmt: skip


@pytest.fixture
def computed(now):
    """Compute the completeness of these groups; how many have another one."""

    def compute(*groups: BuyingGroup, now=now, **how):
        ids = "{" + ",".join(str(group.pk) for group in groups) + "}"
        found = row(recompute(ids, source=SYSTEM, now=now, **how))
        for group in groups:
            group.refresh_from_db()
        return found[0]

    return compute


# Reference 7: of a role that needs so many members, by how many it has. Shown are two decimals.
ROLE = {
    3: {0: 0, 1: 33.33, 2: 66.67, 3: 100, 4: 100},
    5: {0: 0, 1: 20, 2: 40, 3: 60, 4: 80, 5: 100, 6: 100},
}
CELLS = [(needed, members, percent) for needed, line in ROLE.items() for members, percent in line.items()]


@pytest.mark.parametrize(("needed", "members", "percent"), CELLS)
def test_a_role_is_filled_up_to_the_members_that_it_needs(computed, needed, members, percent):
    interest = SolutionInterestFactory(roles={"Decision Maker": {"members_needed": needed}})
    group = BuyingGroupFactory(solution_interest=interest)
    fill(group, "Decision Maker", members)

    computed(group)

    assert round(group.completeness, 2) == percent


class TestLacking:
    ROLES = {
        "Decision Maker": {"members_needed": 2},
        "Champion": {},
        "Other": {"is_required": False, "members_needed": 2},
    }

    def test_are_the_roles_that_have_too_few_members_required_or_not(self, computed):
        interest = SolutionInterestFactory(roles=self.ROLES)
        none, some, full = BuyingGroupFactory.create_batch(3, solution_interest=interest)
        for name, members in (("Decision Maker", 1), ("Champion", 3), ("Other", 1)):
            fill(some, name, members)
        for name in self.ROLES:
            fill(full, name, 2)
        fill(some, "Decision Maker", 1, is_removed=True)
        fill(none, "Influencer", 1)  # no role of the template

        computed(none, some, full)

        bits = {name: role(name).bit for name in self.ROLES}
        assert none.lacking == sum(bits.values())
        assert some.lacking == bits["Decision Maker"] | bits["Other"]
        assert full.lacking == 0

    def test_follow_a_change_that_leaves_the_completeness_as_it_is(self, computed):
        group = BuyingGroupFactory(solution_interest=SolutionInterestFactory(roles=self.ROLES))
        computed(group)
        fill(group, "Other", 2)

        computed(group, touched="{" + str(group.pk) + "}")

        assert (group.completeness, group.lacking) == (0, role("Decision Maker").bit | role("Champion").bit)

    def test_each_role_has_a_bit_of_its_own(self):
        bits = [found.bit for found in Role.objects.all()]
        assert len(set(bits)) == len(bits)
        assert Role(position=Role.MOST).bit.bit_length() == Role.MOST


class TestGroup:
    def test_is_the_plain_mean_over_its_roles_whatever_they_weigh(self, computed):
        """The screen of reference 7: 100, 100 and 50 are 83."""
        interest = SolutionInterestFactory(
            roles={
                "Decision Maker": {"weight": 100},
                "Influencer": {"weight": 20},
                "Champion": {"members_needed": 2},
            }
        )
        group = BuyingGroupFactory(solution_interest=interest)
        for name in ("Decision Maker", "Influencer", "Champion"):
            fill(group, name, 1)

        computed(group)

        assert group.completeness == pytest.approx(250 / 3, abs=1e-12)

    def test_counts_required_roles_only(self, computed):
        interest = SolutionInterestFactory(roles={"Decision Maker": {}, "Other": {"is_required": False}})
        group, empty = BuyingGroupFactory.create_batch(2, solution_interest=interest)
        fill(group, "Decision Maker", 1)
        fill(empty, "Other", 3)

        computed(group, empty)

        assert (group.completeness, empty.completeness) == (100, 0)

    def test_does_not_count_removed_members(self, computed):
        interest = SolutionInterestFactory(roles={"Decision Maker": {"members_needed": 2}})
        group = BuyingGroupFactory(solution_interest=interest)
        fill(group, "Decision Maker", 1)
        fill(group, "Decision Maker", 1, is_removed=True)

        computed(group)

        assert group.completeness == 50

    def test_counts_nobody_of_another_group(self, computed):
        interest = SolutionInterestFactory()
        group, other = BuyingGroupFactory.create_batch(2, solution_interest=interest)
        fill(other, "Decision Maker", 1)

        computed(group)

        assert (group.completeness, BuyingGroup.objects.get(pk=other.pk).completeness) == (0, None)

    def test_is_kept_unrounded(self, computed):
        interest = SolutionInterestFactory(roles={"Decision Maker": {"members_needed": 3}})
        group = BuyingGroupFactory(solution_interest=interest)
        fill(group, "Decision Maker", 2)

        computed(group)

        assert group.completeness == pytest.approx(200 / 3, abs=1e-12)


class TestAChange:
    @pytest.fixture
    def group(self):
        interest = SolutionInterestFactory(name="CRM", roles={"Decision Maker": {"members_needed": 3}})
        group: BuyingGroup = BuyingGroupFactory(solution_interest=interest)
        fill(group, "Decision Maker", 2)
        return group

    def test_says_old_and_new_exactly(self, computed, group, now):
        assert computed(group) == 1

        event = Event.objects.get(type_id=CHANGED)
        assert event.payload == {
            "group": group.pk, "solution_interest": group.solution_interest_id, "name": "CRM",
            "old": None, "new": group.completeness,
        }  # fmt: skip
        assert (event.account_id, event.person_id, event.occurred_at) == (group.account_id, None, now)
        assert group.updated_at == now

    def test_is_told_only_when_another_number_is_shown(self, computed, group):
        """Reference U 34: from 66.6 to 66.67 the number that people see stays 67."""
        BuyingGroup.objects.filter(pk=group.pk).update(completeness=66.6)

        assert computed(group) == 1

        assert group.completeness == pytest.approx(200 / 3)
        assert not Event.objects.filter(type_id=CHANGED).exists()

    def test_marks_the_account(self, computed, group):
        computed(group)

        assert list(AccountChange.objects.values_list("account_id", flat=True)) == [group.account_id]

    def test_does_not_mark_it_when_the_caller_does(self, computed, group):
        computed(group, marks=False)

        assert not AccountChange.objects.exists()

    def test_is_the_score_of_its_day(self, computed, group, now):
        BuyingGroup.objects.filter(pk=group.pk).update(engagement=12.5)
        computed(group)
        fill(group, "Decision Maker", 1)
        computed(group)
        computed(group, now=now + timedelta(days=1))

        assert list(GroupScore.objects.values_list("group_id", "day", "completeness", "engagement")) == [
            (group.pk, date(2027, 3, 1), 100, 12.5)
        ]

    def test_that_is_none_writes_nothing(self, computed, group, now):
        computed(group)
        Event.objects.all().delete()
        AccountChange.objects.all().delete()
        GroupScore.objects.all().delete()

        assert computed(group, now=now + timedelta(hours=1)) == 0

        assert group.updated_at == now
        assert [model for model in (Event, AccountChange, GroupScore) if model.objects.exists()] == []

    def test_of_the_members_alone_counts_as_an_update_of_the_group(self, computed, group, now):
        computed(group)
        later = now + timedelta(hours=1)

        assert computed(group, now=later, touched=f"{{{group.pk}}}") == 0

        assert group.updated_at == later
        assert Event.objects.count() == 1

    def test_is_not_told_when_events_are_off(self, computed, group, settings):
        settings.RECORD_EVENTS = False

        assert computed(group) == 1
        assert not Event.objects.exists()
