from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.reports import coverage as coverage_of
from buying_groups.reports.coverage import Cell, coverage
from buying_groups.reports.selection import Selection
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import note_lacking, role

pytestmark = pytest.mark.django_db
TWO = {"Decision Maker": {}, "Champion": {"members_needed": 2}}


def cells(selection=None):
    found = coverage(selection or Selection())
    interests, roles = dict(found.interests), dict(found.roles)
    return {(interests[i], roles[r]): cell for (i, r), cell in found.cells.items()}


class TestCoverage:
    def test_counts_the_groups_that_have_enough_members_in_a_role(self):
        crm = SolutionInterestFactory(name="CRM", roles=TWO)
        anna, ben, cleo = PersonFactory.create_batch(3)
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion", ben: "Champion"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion", cleo: "Decision Maker"})
        BuyingGroupFactory(solution_interest=crm)

        assert cells() == {("CRM", "Champion"): Cell(3, 1), ("CRM", "Decision Maker"): Cell(3, 1)}

    def test_does_not_count_who_was_removed(self):
        crm = SolutionInterestFactory(name="CRM")
        BuyingGroupFactory(solution_interest=crm, members={PersonFactory(): "Decision Maker"})
        assert cells() == {("CRM", "Decision Maker"): Cell(1, 1)}

        GroupMember.objects.update(is_removed=True)
        note_lacking(BuyingGroup.objects.get())

        assert cells() == {("CRM", "Decision Maker"): Cell(1, 0)}

    def test_has_the_roles_of_each_interest_in_their_order_and_no_interest_without_groups(self):
        SolutionInterestFactory(name="Nobody")
        BuyingGroupFactory(solution_interest=SolutionInterestFactory(name="Web", roles={"Other": {}}))
        BuyingGroupFactory(solution_interest=SolutionInterestFactory(name="CRM", roles=TWO))

        found = coverage(Selection())

        assert [name for _, name in found.interests] == ["CRM", "Web"]
        assert [name for _, name in found.roles] == ["Decision Maker", "Champion", "Other"]
        assert ("Web", "Champion") not in cells()

    def test_is_of_the_groups_that_are_selected(self):
        web = BuyingGroupFactory(members={PersonFactory(): "Decision Maker"})
        BuyingGroupFactory(members={PersonFactory(): "Decision Maker"})

        found = coverage(Selection(interest=web.solution_interest_id))

        assert found.cells == {(web.solution_interest_id, role("Decision Maker").pk): Cell(1, 1)}

    def test_a_group_that_was_never_computed_lacks_all(self):
        BuyingGroupFactory(members={PersonFactory(): "Decision Maker"})
        BuyingGroup.objects.update(lacking=None)

        [cell] = cells().values()

        assert (cell, cell.missing) == (Cell(1, 0), 1)
        assert BuyingGroup.objects.filter(coverage_of.lacking(role("Decision Maker").pk)).exists()
        assert not BuyingGroup.objects.filter(coverage_of.filled(role("Decision Maker").pk)).exists()


class TestTheGroupsBehindACell:
    def test_are_as_many_as_it_says(self):
        crm = SolutionInterestFactory(name="CRM", roles=TWO)
        anna, ben, cleo = PersonFactory.create_batch(3)
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion", ben: "Champion"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion", cleo: "Decision Maker"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion"}, members__is_removed=True)
        BuyingGroupFactory(members={anna: "Decision Maker"})
        SolutionInterestFactory(name="Nobody", roles=TWO)

        for (interest, role_id), cell in coverage(Selection()).cells.items():
            of_interest = BuyingGroup.objects.filter(solution_interest=interest)
            assert of_interest.filter(coverage_of.filled(role_id)).count() == cell.filled
            assert of_interest.filter(coverage_of.lacking(role_id)).count() == cell.missing

    def test_are_none_for_a_role_that_no_group_has(self):
        BuyingGroupFactory()

        for condition in (coverage_of.filled, coverage_of.lacking):
            assert not BuyingGroup.objects.filter(condition(role("Other").pk)).exists()
            assert not BuyingGroup.objects.filter(condition(NO_ID)).exists()


def test_a_cell_says_how_many_lack_and_the_share_of_those_that_do_not():
    assert (Cell(4, 1).missing, Cell(4, 1).share) == (3, 0.25)


def test_many_groups_take_as_many_queries_as_few(count_queries):
    BuyingGroupFactory.create_batch(2, members={PersonFactory(): "Decision Maker"})
    few = count_queries(lambda: coverage(Selection()))
    BuyingGroupFactory.create_batch(38, members={PersonFactory(): "Decision Maker"})

    assert count_queries(lambda: coverage(Selection())) == few == 3
