from __future__ import annotations

import pytest

from accounts.models import AccountChange, EventType
from actions.kinds.assign_to_buying_group import AssignToBuyingGroup
from actions.settings import Context
from actions.types import Reason
from buying_groups.models import BuyingGroup, GroupMember, IgnoredChange, MemberSource
from tests.actions.conftest import HERE
from tests.factories import AccountFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import LONG_AGO, role

ASSIGNED = EventType.BuiltIn.ASSIGNED_TO_BUYING_GROUP
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM", roles={"Decision Maker": {}, "Champion": {}})


@pytest.fixture
def settings(crm):
    return {
        "solution_interest": {"id": crm.pk, "name": "CRM"},
        "role": {"id": role("Champion").pk, "name": "Champion"},
    }


def group_with(interest, people: int, *, source=MemberSource.SYSTEM, member="", **columns) -> BuyingGroup:
    """A group of an account with so many people; `member`: the role that all of them have."""
    group: BuyingGroup = BuyingGroupFactory(solution_interest=interest)
    for person in PersonFactory.create_batch(people, accounts=[group.account]):
        if member:
            GroupMember.objects.create(
                group=group, person=person, role=role(member), source=source, changed_at=LONG_AGO, **columns
            )
    return group


def standing(group) -> list[tuple[str, bool, int]]:
    found = GroupMember.objects.filter(group=group).order_by("person_id")
    return list(found.values_list("role__name", "is_removed", "source"))


class TestAssignToBuyingGroup:
    def test_makes_everybody_of_the_account_a_member(self, batch_of, crm, settings, outcome_of, now):
        group, other = group_with(crm, 2), group_with(crm, 1)

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", False, MemberSource.JOURNEY)] * 2
        assert set(GroupMember.objects.values_list("source_id", "changed_at")) == {(HERE, now)}
        assert standing(other) == []
        assert outcome_of(outcome) == {group.account_id: (2, 0, None)}
        assert (outcome.n_done, outcome.n_skipped) == (1, 0)

    def test_is_told_and_makes_the_group_more_complete(self, batch_of, crm, settings, events):
        group = group_with(crm, 1)

        AssignToBuyingGroup().run(batch_of([group.account]), settings)

        [(account, payload)] = events(ASSIGNED)
        assert (account, payload["group"], payload["role"]) == (group.account_id, group.pk, "Champion")
        assert BuyingGroup.objects.get().completeness == 50

    def test_leaves_the_mark_to_the_engine(self, batch_of, crm, settings):
        group = group_with(crm, 1)

        AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert not AccountChange.objects.exists()

    def test_assigns_in_the_group_of_the_entrys_account_only(self, batch_of, crm, settings):
        here, there = BuyingGroupFactory.create_batch(2, solution_interest=crm)
        PersonFactory(accounts=[here.account, there.account])

        AssignToBuyingGroup().run(batch_of([here.account]), settings)

        assert [len(standing(group)) for group in (here, there)] == [1, 0]

    def test_skips_accounts_without_a_group(self, batch_of, crm, settings, outcome_of):
        with_two, with_nobody = AccountFactory.create_batch(2)
        PersonFactory.create_batch(2, accounts=[with_two])
        BuyingGroupFactory(account=with_two)  # for another solution interest

        outcome = AssignToBuyingGroup().run(batch_of([with_two, with_nobody]), settings)

        assert outcome_of(outcome) == {
            with_two.pk: (0, 2, Reason.NO_BUYING_GROUP),
            with_nobody.pk: (0, 1, Reason.NO_BUYING_GROUP),
        }
        assert not GroupMember.objects.exists()

    def test_has_nothing_to_do_for_a_group_whose_account_has_nobody(
        self, batch_of, crm, settings, outcome_of
    ):
        group = group_with(crm, 0)

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert outcome_of(outcome) == {group.account_id: (0, 0, None)}

    def test_gives_a_member_of_the_system_another_role(self, batch_of, crm, settings, outcome_of, events):
        """Reference U 17."""
        group = group_with(crm, 1, member="Decision Maker")

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", False, MemberSource.JOURNEY)]
        assert outcome_of(outcome) == {group.account_id: (1, 0, None)}
        assert events(ASSIGNED)[0][1]["old_role"] == "Decision Maker"

    def test_takes_over_whom_the_system_has_in_this_role(self, batch_of, crm, settings, outcome_of, events):
        group = group_with(crm, 1, member="Champion")

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", False, MemberSource.JOURNEY)]
        assert outcome_of(outcome) == {group.account_id: (1, 0, None)}
        assert events(ASSIGNED) == []

    @pytest.mark.parametrize("source", [MemberSource.JOURNEY, MemberSource.MANUAL])
    def test_skips_who_has_the_role_already(self, batch_of, crm, settings, outcome_of, source):
        group = group_with(crm, 1, member="Champion", source=source)

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.ALREADY_MEMBER)}
        assert not IgnoredChange.objects.exists()

    @pytest.mark.parametrize(
        "was", [{"member": "Decision Maker"}, {"member": "Champion", "is_removed": True}]
    )
    def test_skips_who_was_assigned_otherwise_or_removed_by_hand(
        self, batch_of, crm, settings, outcome_of, was
    ):
        group = group_with(crm, 1, source=MemberSource.MANUAL, **was)
        before = standing(group)

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == before
        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.OVERRULED)}
        ignored = IgnoredChange.objects.get()
        assert (ignored.source, ignored.source_id, ignored.role.name) == (
            MemberSource.JOURNEY,
            HERE,
            "Champion",
        )

    def test_has_a_reason_that_is_true_for_who_was_overruled_and_who_was_there(
        self, batch_of, crm, settings, outcome_of
    ):
        group = group_with(crm, 1, member="Champion", source=MemberSource.MANUAL)
        new, by_hand = PersonFactory.create_batch(2, accounts=[group.account])
        GroupMember.objects.create(
            group=group,
            person=by_hand,
            role=role("Decision Maker"),
            source=MemberSource.MANUAL,
            changed_at=LONG_AGO,
        )

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), settings)

        assert outcome_of(outcome) == {group.account_id: (1, 2, Reason.PARTLY_OVERRULED)}
        assert GroupMember.objects.get(person=new).role.name == "Champion"

    @pytest.mark.parametrize("gone", ["solution_interest", "role"])
    @pytest.mark.parametrize("reference", [{"id": 0, "name": "Gone"}, {"id": None, "name": "Gone"}])
    def test_skips_everybody_when_something_is_gone(
        self, batch_of, crm, settings, outcome_of, gone, reference
    ):
        group = group_with(crm, 1)

        outcome = AssignToBuyingGroup().run(batch_of([group.account]), {**settings, gone: reference})

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.REFERENCE_GONE)}
        assert not GroupMember.objects.exists()

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, crm, settings, count_queries):
        one = batch_of([group_with(crm, 2).account])
        many = batch_of([group_with(crm, 2).account for _ in range(30)])

        assert count_queries(lambda: AssignToBuyingGroup().run(one, settings)) == 2
        assert count_queries(lambda: AssignToBuyingGroup().run(many, settings)) == 2


class TestSettings:
    def check(self, **given):
        return [
            (finding.message, finding.refused) for finding in AssignToBuyingGroup().check(given, Context())
        ]

    def test_accepts_a_role_of_the_template(self, crm):
        assert self.check(solution_interest="crm", role="champion") == []

    def test_a_role_outside_the_template_is_a_problem(self, crm):
        assert self.check(solution_interest="CRM", role="Influencer") == [
            ("Role: “Influencer” is none of the roles of “CRM”: Decision Maker, Champion.", False)
        ]

    def test_an_unknown_role_is_a_problem(self, crm):
        assert self.check(solution_interest="CRM", role="Boss") == [
            ("Role: there is no buying group role named “Boss”.", False)
        ]

    def test_an_unknown_interest_is_a_problem(self):
        assert self.check(solution_interest="CRM", role="Champion") == [
            ("Solution interest: there is no solution interest named “CRM”.", False)
        ]

    def test_both_are_needed(self):
        assert self.check() == [
            ("Solution interest: this is needed.", False),
            ("Role: this is needed.", False),
        ]

    def test_says_itself_in_one_line(self, settings):
        assert AssignToBuyingGroup().summary(settings) == "“CRM”, “Champion”"
