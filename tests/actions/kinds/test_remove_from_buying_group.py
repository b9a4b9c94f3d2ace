from __future__ import annotations

import pytest

from accounts.models import EventType
from actions.kinds.remove_from_buying_group import RemoveFromBuyingGroup
from actions.settings import Context
from actions.types import Reason
from buying_groups.models import BuyingGroup, GroupMember, IgnoredChange, MemberSource
from tests.actions.conftest import HERE
from tests.actions.kinds.test_assign_to_buying_group import group_with, standing
from tests.factories import AccountFactory, PersonFactory, SolutionInterestFactory

REMOVED = EventType.BuiltIn.REMOVED_FROM_BUYING_GROUP
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM", roles={"Decision Maker": {}, "Champion": {}})


@pytest.fixture
def settings(crm):
    return {"solution_interest": {"id": crm.pk, "name": "CRM"}}


class TestRemoveFromBuyingGroup:
    def test_removes_everybody_softly(self, batch_of, crm, settings, outcome_of, events):
        group, other = group_with(crm, 2, member="Champion"), group_with(crm, 1, member="Champion")
        BuyingGroup.objects.update(completeness=50)

        outcome = RemoveFromBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", True, MemberSource.JOURNEY)] * 2
        assert standing(other) == [("Champion", False, MemberSource.SYSTEM)]
        assert set(GroupMember.objects.filter(group=group).values_list("source_id", flat=True)) == {HERE}
        assert outcome_of(outcome) == {group.account_id: (2, 0, None)}
        assert [payload["role"] for _, payload in events(REMOVED)] == ["Champion"] * 2
        assert BuyingGroup.objects.get(pk=group.pk).completeness == 0

    def test_skips_who_is_no_member(self, batch_of, crm, settings, outcome_of):
        never, removed = group_with(crm, 1), group_with(crm, 1, member="Champion", is_removed=True)

        outcome = RemoveFromBuyingGroup().run(batch_of([never.account, removed.account]), settings)

        assert outcome_of(outcome) == {
            never.account_id: (0, 1, Reason.NOT_A_MEMBER),
            removed.account_id: (0, 1, Reason.NOT_A_MEMBER),
        }
        assert standing(removed) == [("Champion", True, MemberSource.SYSTEM)]

    def test_skips_who_was_assigned_by_hand(self, batch_of, crm, settings, outcome_of):
        group = group_with(crm, 1, member="Champion", source=MemberSource.MANUAL)

        outcome = RemoveFromBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", False, MemberSource.MANUAL)]
        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.OVERRULED)}
        assert IgnoredChange.objects.get().is_removal

    def test_has_a_reason_that_is_true_for_all_whom_it_skips(self, batch_of, crm, settings, outcome_of):
        """Taken twice: those by hand are overruled again, the others are no members any more."""
        group = group_with(crm, 2, member="Champion", source=MemberSource.MANUAL)
        GroupMember.objects.filter(person=group.members.first().person_id).update(source=MemberSource.SYSTEM)
        batch = batch_of([group.account])

        outcomes = [outcome_of(RemoveFromBuyingGroup().run(batch, settings)) for _ in range(2)]

        assert outcomes == [
            {group.account_id: (1, 1, Reason.OVERRULED)},
            {group.account_id: (0, 2, Reason.PARTLY_OVERRULED)},
        ]

    def test_removes_whom_another_journey_has_assigned(self, batch_of, crm, settings):
        """Latest wins (reference 6.6)."""
        group = group_with(crm, 1, member="Champion", source=MemberSource.JOURNEY, source_id=HERE + 1)

        RemoveFromBuyingGroup().run(batch_of([group.account]), settings)

        assert standing(group) == [("Champion", True, MemberSource.JOURNEY)]

    def test_skips_accounts_without_a_group(self, batch_of, settings, outcome_of):
        account = AccountFactory()
        PersonFactory(accounts=[account])

        outcome = RemoveFromBuyingGroup().run(batch_of([account]), settings)

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.NO_BUYING_GROUP)}

    @pytest.mark.parametrize("reference", [{"id": 0, "name": "Gone"}, {"id": None, "name": "Gone"}])
    def test_skips_everybody_when_the_interest_is_gone(self, batch_of, crm, outcome_of, reference):
        group = group_with(crm, 1, member="Champion")

        outcome = RemoveFromBuyingGroup().run(batch_of([group.account]), {"solution_interest": reference})

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.REFERENCE_GONE)}
        assert standing(group) == [("Champion", False, MemberSource.SYSTEM)]

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, crm, settings, count_queries):
        one = batch_of([group_with(crm, 2, member="Champion").account])
        many = batch_of([group_with(crm, 2, member="Champion").account for _ in range(30)])

        assert count_queries(lambda: RemoveFromBuyingGroup().run(one, settings)) == 2
        assert count_queries(lambda: RemoveFromBuyingGroup().run(many, settings)) == 2


class TestSettings:
    def test_accepts_a_solution_interest_by_name(self, crm):
        assert RemoveFromBuyingGroup().check({"solution_interest": "crm"}, Context()) == []

    def test_needs_one(self):
        [finding] = RemoveFromBuyingGroup().check({}, Context())

        assert (finding.message, finding.refused) == ("Solution interest: this is needed.", False)

    def test_says_itself_in_one_line(self, settings):
        assert RemoveFromBuyingGroup().summary(settings) == "“CRM”"
