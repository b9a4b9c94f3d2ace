from __future__ import annotations

import pytest

from accounts.references import Found
from actions.base import Outcome
from actions.kinds.add_account_to_journey import AddAccountToJourney
from actions.settings import Context
from tests.factories import AccountFactory

TARGET = {"journey": {"id": 3, "name": "Win back"}}


@pytest.mark.django_db
class TestAddAccountToJourney:
    def test_asks_the_engine_once_for_all(self, batch_of, journeys, outcome_of):
        one, two = AccountFactory.create_batch(2)

        outcome = AddAccountToJourney().run(batch_of([one, two]), TARGET)

        assert journeys.asked == [("enter", 3, [one.pk, two.pk])]
        assert outcome_of(outcome) == {one.pk: (1, 0, None), two.pk: (1, 0, None)}
        assert not outcome.ends_here

    def test_gives_back_what_the_engine_says(self, batch_of):
        answer = Outcome("{5}", "{0}", "{1}", "{1}", 0, 1)

        class Refuses:
            def enter(self, journey_id, subject):
                return answer

        batch = batch_of([AccountFactory()])
        object.__setattr__(batch, "journeys", Refuses())

        assert AddAccountToJourney().run(batch, TARGET) is answer

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one, many = batch_of([AccountFactory()]), batch_of(AccountFactory.create_batch(30))

        few = count_queries(lambda: AddAccountToJourney().run(one, TARGET))

        assert count_queries(lambda: AddAccountToJourney().run(many, TARGET)) == few


class TestSettings:
    def check(self, found, journey_id=1):
        context = Context(journey_id=journey_id, find=lambda resource, value: found)
        return AddAccountToJourney().check({"journey": "Win back"}, context)

    def test_accepts_a_live_journey(self):
        assert self.check(Found(3, "Win back", is_live=True)) == []

    def test_a_new_journey_has_no_id_to_compare(self):
        assert self.check(Found(3, "Win back", is_live=True), journey_id=None) == []

    @pytest.mark.parametrize(
        ("found", "message"),
        [
            (None, "Journey: there is no journey named “Win back”."),
            (Found(3, "Win back", is_live=False, kind="closed"), "Journey: “Win back” is not live."),
            (
                Found(1, "Win back", is_live=True),
                "Journey: an account cannot be added to the journey that it is in; choose another one.",
            ),
        ],
    )
    def test_a_target_that_does_not_fit_is_a_problem_of_the_draft(self, found, message):
        [finding] = self.check(found)

        assert (finding.message, finding.at, finding.refused) == (message, ("journey",), False)

    def test_says_itself_in_one_line(self):
        assert AddAccountToJourney().summary(TARGET) == "“Win back”"
