from __future__ import annotations

import pytest

from accounts.references import Found
from actions.kinds.remove_account_from_journey import RemoveAccountFromJourney
from actions.settings import Context
from tests.factories import AccountFactory

TARGET = {"journey": {"id": 3, "name": "Win back"}}


@pytest.mark.django_db
class TestRemoveAccountFromJourney:
    def test_asks_the_engine_once_for_all(self, batch_of, journeys, outcome_of):
        one, two = AccountFactory.create_batch(2)

        outcome = RemoveAccountFromJourney().run(batch_of([one, two]), TARGET)

        assert journeys.asked == [("remove", 3, [one.pk, two.pk])]
        assert outcome_of(outcome) == {one.pk: (1, 0, None), two.pk: (1, 0, None)}
        assert not outcome.ends_here

    def test_everybody_leaves_when_it_is_this_journey(self, batch_of, journeys):
        batch = batch_of(AccountFactory.create_batch(2))

        outcome = RemoveAccountFromJourney().run(
            batch, {"journey": {"id": batch.journey_id, "name": "This one"}}
        )

        assert outcome.ends_here
        assert (outcome.n_done, outcome.n_skipped) == (2, 0)
        assert journeys.asked == []

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one, many = batch_of([AccountFactory()]), batch_of(AccountFactory.create_batch(30))

        few = count_queries(lambda: RemoveAccountFromJourney().run(one, TARGET))

        assert count_queries(lambda: RemoveAccountFromJourney().run(many, TARGET)) == few


class TestSettings:
    def check(self, found):
        context = Context(journey_id=1, find=lambda resource, value: found)
        return RemoveAccountFromJourney().check({"journey": "Win back"}, context)

    @pytest.mark.parametrize(
        "found", [Found(3, "Win back", is_live=True), Found(1, "Win back", is_live=False, kind="draft")]
    )
    def test_accepts_a_live_journey_and_this_one(self, found):
        assert self.check(found) == []

    @pytest.mark.parametrize(
        ("found", "message"),
        [
            (None, "Journey: there is no journey named “Win back”."),
            (Found(3, "Win back", is_live=False, kind="closed"), "Journey: “Win back” is not live."),
        ],
    )
    def test_a_target_that_does_not_fit_is_a_problem_of_the_draft(self, found, message):
        [finding] = self.check(found)

        assert (finding.message, finding.refused) == (message, False)
