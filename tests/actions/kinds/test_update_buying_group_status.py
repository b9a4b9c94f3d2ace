from __future__ import annotations

import pytest

from accounts.models import EventType
from actions.kinds.update_buying_group_status import UpdateBuyingGroupStatus
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, BuyingGroupFactory, SolutionInterestFactory

CHANGED = EventType.BuiltIn.BUYING_GROUP_STATUS_CHANGED
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM")


def settings_for(interest, status="Contacted"):
    return {"solution_interest": {"id": interest.pk, "name": interest.name}, "status": status}


class TestUpdateBuyingGroupStatus:
    def test_sets_the_status_and_records_old_and_new(self, batch_of, crm, events):
        group, other = BuyingGroupFactory(solution_interest=crm, status="Cold"), BuyingGroupFactory()

        outcome = UpdateBuyingGroupStatus().run(
            batch_of([group.account, other.account]), settings_for(crm, " Contacted ")
        )

        group.refresh_from_db()
        other.refresh_from_db()
        assert (group.status, other.status) == ("Contacted", "")
        assert (outcome.n_done, outcome.n_skipped) == (1, 1)
        [(account, payload)] = events(CHANGED)
        assert (account, payload["old"], payload["new"]) == (group.account_id, "Cold", "Contacted")

    def test_the_same_status_is_done_without_an_event(self, batch_of, crm, events):
        group = BuyingGroupFactory(solution_interest=crm, status="Contacted")

        outcome = UpdateBuyingGroupStatus().run(batch_of([group.account]), settings_for(crm))

        assert (outcome.n_done, events(CHANGED)) == (1, [])

    def test_skips_accounts_without_a_group(self, batch_of, crm, outcome_of):
        account = AccountFactory()

        outcome = UpdateBuyingGroupStatus().run(batch_of([account]), settings_for(crm))

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.NO_BUYING_GROUP)}

    def test_skips_everybody_when_the_interest_is_gone(self, batch_of, outcome_of):
        account = AccountFactory()
        gone = {"solution_interest": {"id": 0, "name": "Gone"}, "status": "Contacted"}

        outcome = UpdateBuyingGroupStatus().run(batch_of([account]), gone)

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, crm, count_queries):
        one = batch_of([BuyingGroupFactory(solution_interest=crm).account])
        many = batch_of(BuyingGroupFactory(solution_interest=crm).account for _ in range(30))

        assert count_queries(lambda: UpdateBuyingGroupStatus().run(one, settings_for(crm))) == 1
        assert count_queries(lambda: UpdateBuyingGroupStatus().run(many, settings_for(crm))) == 1


class TestSettings:
    def check(self, **given):
        return [
            (finding.message, finding.refused)
            for finding in UpdateBuyingGroupStatus().check({"solution_interest": "CRM", **given}, Context())
        ]

    @pytest.fixture(autouse=True)
    def interest(self, crm):
        return crm

    def test_accepts_fifty_characters(self):
        assert self.check(status="x" * 50) == []

    def test_refuses_more_than_fifty_characters(self):
        assert self.check(status="x" * 51) == [("Status: at most 50 characters, these are 51.", True)]

    @pytest.mark.parametrize("blank", [None, "", "  "])
    def test_a_status_is_needed(self, blank):
        assert self.check(status=blank) == [("Status: this is needed.", False)]

    def test_refuses_what_is_no_text(self):
        assert self.check(status=5) == [("Status: a text is needed.", True)]
