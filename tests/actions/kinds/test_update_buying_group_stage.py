from __future__ import annotations

import pytest

from accounts.models import EventType
from actions.kinds.update_buying_group_stage import UpdateBuyingGroupStage
from actions.settings import Context
from actions.types import Reason
from buying_groups.models import StageModel
from tests.factories import AccountFactory, BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory, stage

CHANGED = EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())


def settings_for(interest, to):
    return {
        "solution_interest": {"id": interest.pk, "name": interest.name},
        "stage": {"id": to.pk, "name": to.name},
    }


def group_at(interest, name=None):
    return BuyingGroupFactory(solution_interest=interest, stage=stage(name) if name else None)


class TestUpdateBuyingGroupStage:
    def test_moves_the_group_of_each_account(self, batch_of, crm, events):
        group, other = group_at(crm), group_at(crm)

        outcome = UpdateBuyingGroupStage().run(
            batch_of([group.account]), settings_for(crm, stage("Awareness"))
        )

        group.refresh_from_db()
        other.refresh_from_db()
        assert (group.stage, other.stage) == (stage("Awareness"), None)
        assert (outcome.entries, outcome.n_done, outcome.n_skipped) == ("", 1, 0)
        [(account, payload)] = events(CHANGED)
        assert (account, payload["old"], payload["new"]) == (group.account_id, None, "Awareness")

    def test_skips_a_move_that_is_not_allowed(self, batch_of, crm, outcome_of, events):
        free, bound = group_at(crm, "Interest"), group_at(crm, "Intent")

        outcome = UpdateBuyingGroupStage().run(
            batch_of([free.account, bound.account]), settings_for(crm, stage("Consideration"))
        )

        assert outcome_of(outcome) == {
            free.account_id: (1, 0, None),
            bound.account_id: (0, 1, Reason.TRANSITION_NOT_ALLOWED),
        }
        bound.refresh_from_db()
        assert bound.stage == stage("Intent")

    def test_skips_a_stage_that_is_no_entry_while_the_group_has_none(self, batch_of, crm, outcome_of):
        group = group_at(crm)

        outcome = UpdateBuyingGroupStage().run(
            batch_of([group.account]), settings_for(crm, stage("Consideration"))
        )

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.TRANSITION_NOT_ALLOWED)}

    def test_the_same_stage_is_done_without_an_event(self, batch_of, crm, events):
        group = group_at(crm, "Intent")

        outcome = UpdateBuyingGroupStage().run(batch_of([group.account]), settings_for(crm, stage("Intent")))

        assert (outcome.n_done, outcome.n_skipped, events(CHANGED)) == (1, 0, [])

    def test_skips_accounts_without_a_group(self, batch_of, crm, outcome_of):
        account = AccountFactory()

        outcome = UpdateBuyingGroupStage().run(batch_of([account]), settings_for(crm, stage("Awareness")))

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.NO_BUYING_GROUP)}

    def test_skips_everybody_when_the_interest_has_no_model(self, batch_of, crm, outcome_of):
        plain = SolutionInterestFactory()
        group = group_at(plain)

        outcome = UpdateBuyingGroupStage().run(
            batch_of([group.account]), settings_for(plain, stage("Awareness"))
        )

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.NO_STAGE_MODEL)}

    @pytest.mark.parametrize("gone", ["solution_interest", "stage"])
    @pytest.mark.parametrize("reference", [{"id": 0, "name": "Gone"}, {"id": None, "name": "Gone"}])
    def test_skips_everybody_when_something_is_gone(self, batch_of, crm, outcome_of, gone, reference):
        group = group_at(crm)
        given = {**settings_for(crm, stage("Awareness")), gone: reference}

        outcome = UpdateBuyingGroupStage().run(batch_of([group.account]), given)

        assert outcome_of(outcome) == {group.account_id: (0, 1, Reason.REFERENCE_GONE)}

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, crm, count_queries):
        given = settings_for(crm, stage("Awareness"))
        one = batch_of([group_at(crm).account])
        many = batch_of(group_at(crm).account for _ in range(30))

        assert count_queries(lambda: UpdateBuyingGroupStage().run(one, given)) == 1
        assert count_queries(lambda: UpdateBuyingGroupStage().run(many, given)) == 1


class TestSettings:
    def check(self, **given):
        return [
            (finding.message, finding.refused) for finding in UpdateBuyingGroupStage().check(given, Context())
        ]

    def test_accepts_an_interest_with_a_model_and_a_stage_of_it(self, crm):
        assert self.check(solution_interest="crm", stage="purchase") == []

    def test_an_interest_without_a_model_is_a_problem(self, crm):
        SolutionInterestFactory(name="Plain")

        assert self.check(solution_interest="Plain", stage="Purchase") == [
            ("Solution interest: “Plain” has no stage model.", False)
        ]

    def test_an_unknown_stage_is_a_problem(self, crm):
        assert self.check(solution_interest="CRM", stage="Nowhere") == [
            ("Stage: there is no buying group stage named “Nowhere”.", False)
        ]

    def test_a_stage_of_a_draft_is_a_problem(self, crm):
        StageModel.objects.update(status=StageModel.Status.DRAFT)

        assert self.check(solution_interest="CRM", stage="Purchase") == [
            ("Stage: “Purchase” is a stage of a draft; publish the stage model first.", False)
        ]

    def test_both_are_needed(self):
        assert self.check() == [
            ("Solution interest: this is needed.", False),
            ("Stage: this is needed.", False),
        ]

    def test_says_itself_in_one_line(self):
        given = {"solution_interest": {"id": 1, "name": "CRM"}, "stage": {"id": 2, "name": "Purchase"}}

        assert UpdateBuyingGroupStage().summary(given) == "“CRM”, “Purchase”"
