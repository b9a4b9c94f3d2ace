from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Event, EventType, PersonScore
from actions.kinds.change_score import LIMIT, ChangeScore, ScoreChange
from actions.settings import Context
from actions.types import Reason
from tests.factories import AccountFactory, PersonFactory, ScoreFactory

PLUS_FIVE = {"score": "fit", "change": "+5"}
CHANGED = EventType.BuiltIn.SCORE_CHANGED
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fit():
    return ScoreFactory(name="fit")


def score(person):
    return PersonScore.objects.filter(person=person).values_list("value", flat=True).first()


class TestChangeScore:
    def test_changes_the_score_of_everyone_at_each_account(self, batch_of, fit):
        known, new, elsewhere = (PersonFactory(accounts=1) for _ in range(3))
        PersonScore.objects.create(person=known, score=fit, value=3)

        ChangeScore().run(batch_of([known.accounts.get(), new.accounts.get()]), PLUS_FIVE)

        assert [score(known), score(new), score(elsewhere)] == [8, 5, None]

    @pytest.mark.parametrize(("change", "result"), [("+5", 15), ("-3", 7), ("=4", 4), ("=-2", -2), ("=0", 0)])
    def test_adds_takes_away_or_sets(self, batch_of, fit, change, result):
        person = PersonFactory(accounts=1)
        PersonScore.objects.create(person=person, score=fit, value=10)

        ChangeScore().run(batch_of(person.accounts.all()), {"score": "fit", "change": change})

        assert score(person) == result

    def test_counts_a_person_of_two_accounts_once_per_entry(self, batch_of, fit, events, outcome_of):
        at_both, fresh = PersonFactory(accounts=2), PersonFactory()
        PersonScore.objects.create(person=at_both, score=fit, value=1)
        for account in at_both.accounts.all():
            fresh.relations.create(account=account)

        outcome = ChangeScore().run(batch_of(at_both.accounts.all()), PLUS_FIVE)

        assert (score(at_both), score(fresh)) == (11, 10)
        recorded = [(who, payload["old"], payload["new"]) for who, payload in events(CHANGED)]
        assert [event for event in recorded if event[0] == at_both.pk] == [
            (at_both.pk, 1, 6),
            (at_both.pk, 6, 11),
        ]
        assert [event for event in recorded if event[0] == fresh.pk] == [(fresh.pk, 0, 5), (fresh.pk, 5, 10)]
        assert list(outcome_of(outcome).values()) == [(2, 0, None), (2, 0, None)]

    def test_sets_a_person_of_two_accounts_once(self, batch_of, events):
        at_both = PersonFactory(accounts=2)

        ChangeScore().run(batch_of(at_both.accounts.all()), {"score": "fit", "change": "=10"})

        assert score(at_both) == 10
        assert events(CHANGED) == [(at_both.pk, {"score": "fit", "old": 0, "new": 10})]

    def test_leaves_other_scores_alone(self, batch_of, fit):
        person = PersonFactory(accounts=1)
        PersonScore.objects.create(person=person, score=ScoreFactory(name="interest"), value=9)

        ChangeScore().run(batch_of(person.accounts.all()), PLUS_FIVE)

        assert dict(PersonScore.objects.filter(person=person).values_list("score__name", "value")) == {
            "fit": 5,
            "interest": 9,
        }

    @pytest.mark.parametrize(("before", "change"), [(10, "=10"), (None, "=0")])
    def test_records_nothing_when_the_score_stays(self, batch_of, fit, events, before, change):
        person = PersonFactory(accounts=1)
        if before is not None:
            PersonScore.objects.create(person=person, score=fit, value=before)

        outcome = ChangeScore().run(batch_of(person.accounts.all()), {"score": "fit", "change": change})

        assert events(CHANGED) == []
        assert outcome.n_done == 1
        assert score(person) == (before or 0)

    def test_records_who_caused_it_and_when(self, batch_of, now):
        person = PersonFactory(accounts=1)

        ChangeScore().run(batch_of(person.accounts.all()), PLUS_FIVE)

        event = Event.objects.get()
        assert (event.person_id, event.account_id, event.source, event.source_id) == (person.pk, None, 1, 7)
        assert event.occurred_at == event.received_at == now

    def test_records_nothing_when_events_are_off(self, batch_of, settings):
        settings.RECORD_EVENTS = False
        person = PersonFactory(accounts=2)

        ChangeScore().run(batch_of(person.accounts.all()), PLUS_FIVE)

        assert score(person) == 10
        assert not Event.objects.exists()

    def test_an_account_without_people_is_done_with_nobody(self, batch_of, outcome_of):
        empty = AccountFactory()
        full = PersonFactory(accounts=1).accounts.get()

        outcome = ChangeScore().run(batch_of([empty, full]), PLUS_FIVE)

        assert outcome_of(outcome) == {empty.pk: (0, 0, None), full.pk: (1, 0, None)}
        assert (outcome.n_done, outcome.n_skipped) == (1, 0)

    def test_skips_everybody_when_the_score_is_gone(self, batch_of, outcome_of):
        account = PersonFactory(accounts=1).accounts.get()

        outcome = ChangeScore().run(batch_of([account]), {"score": "gone", "change": "+5"})

        assert outcome_of(outcome) == {account.pk: (0, 1, Reason.REFERENCE_GONE)}

    def test_makes_no_more_queries_for_more_accounts(self, batch_of, count_queries):
        one = batch_of(PersonFactory(accounts=1).accounts.all())
        many = batch_of([PersonFactory(accounts=1).accounts.get() for _ in range(30)])

        assert count_queries(lambda: ChangeScore().run(one, PLUS_FIVE)) == 1
        assert count_queries(lambda: ChangeScore().run(many, PLUS_FIVE)) == 1


class TestSettings:
    def test_accepts_a_score_and_a_change(self):
        assert ChangeScore().check(PLUS_FIVE, Context()) == []

    def test_a_missing_setting_is_a_problem_of_the_draft(self):
        findings = ChangeScore().check({}, Context())

        assert [(finding.message, finding.at, finding.refused) for finding in findings] == [
            ("Score name: this is needed.", ("score",), False),
            ("Change: this is needed.", ("change",), False),
        ]

    def test_names_a_score_that_is_meant_perhaps(self):
        [finding] = ChangeScore().check({"score": "fitt", "change": "+5"}, Context())

        assert finding.message == "Score name: there is no score named “fitt”. Did you mean “fit”?"
        assert not finding.refused

    @pytest.mark.parametrize(
        "change", ["5", "+", "+0", "-0", "+5.5", "=1e3", " +5", "+٥", "+1000001", "=9999999", 5, True]
    )
    def test_refuses_another_change_and_says_what_is_right(self, change):
        [finding] = ChangeScore().check({"score": "fit", "change": change}, Context())

        assert finding.message.startswith("Change: write +5 to add, -3 to take away or =10 to set")
        assert finding.refused

    def test_says_itself_in_one_line(self):
        assert ChangeScore().summary(PLUS_FIVE, {"person.score.fit": "Fit score"}.get) == "Fit score +5"

    def test_says_the_name_of_a_score_that_is_gone(self):
        assert ChangeScore().summary(PLUS_FIVE) == "fit +5"
        assert ChangeScore().summary({"change": "+5"}) == "+5"


class TestScoreChange:
    @given(st.integers(-LIMIT, LIMIT))
    def test_reads_what_it_is_written_as(self, amount):
        assert ScoreChange.parse(f"={amount}") == ScoreChange(amount, sets=True)
        if amount:
            assert ScoreChange.parse(f"{amount:+d}") == ScoreChange(amount)

    @given(st.text() | st.integers() | st.none() | st.floats())
    def test_anything_else_is_a_value_error_or_a_change_within_the_limit(self, text):
        try:
            change = ScoreChange.parse(text)
        except ValueError:
            return
        assert abs(change.amount) <= LIMIT
