from __future__ import annotations

from datetime import datetime

import pytest

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import AccountChange, Event, EventType, PersonScore, Score
from accounts.services import scores
from tests.accounts.conditions.conftest import asked, condition
from tests.factories import AccountFactory, PersonFactory, ScoreFactory

pytestmark = pytest.mark.django_db


class TestSetScore:
    def test_records_old_and_new_and_marks_the_account(self, now: datetime) -> None:
        acme, fit = AccountFactory(), ScoreFactory(name="fit")
        anna = PersonFactory(accounts=[acme])

        scores.set_score(anna.pk, fit, 5, by=None, now=now)
        scores.set_score(anna.pk, fit, 8, by=None, now=now)

        events = Event.objects.filter(type_id=EventType.BuiltIn.SCORE_CHANGED).order_by("id")
        assert [event.payload for event in events] == [
            {"score": "fit", "old": None, "new": 5},
            {"score": "fit", "old": 5, "new": 8},
        ]
        assert PersonScore.objects.get().value == 8
        assert set(AccountChange.objects.values_list("account_id", flat=True)) == {acme.pk}

    def test_the_same_value_again_changes_nothing(self, now: datetime) -> None:
        anna, fit = PersonFactory(accounts=1), ScoreFactory()
        PersonScore.objects.create(person=anna, score=fit, value=5)

        scores.set_score(anna.pk, fit, 5, by=None, now=now)

        assert (Event.objects.count(), AccountChange.objects.count()) == (0, 0)

    @pytest.mark.parametrize("value", [1.5, "5", True, 2**63])
    def test_refuses_what_is_no_whole_number(self, value: object, now: datetime) -> None:
        with pytest.raises(Invalid):
            scores.set_score(PersonFactory().pk, ScoreFactory(), value, by=None, now=now)  # type: ignore[arg-type]


class TestScores:
    def test_refuses_a_name_that_is_taken_and_one_that_is_no_name(self) -> None:
        ScoreFactory(name="fit")

        for name, code in (
            ("fit", "taken"), ("Fit", "taken"), ("has space", "invalid_value"), ("", "invalid_value")
        ):  # fmt: skip
            with pytest.raises(Invalid) as error:
                scores.create(name=name, label="Fit", by=None)
            assert code in {finding.code for finding in error.value.findings}

    def test_the_name_stays_when_it_is_edited(self) -> None:
        score = scores.edit(ScoreFactory(name="fit").pk, label="How fit", by=None)

        assert (score.name, score.label) == ("fit", "How fit")

    def test_a_score_that_somebody_has_cannot_be_deleted(self) -> None:
        score = ScoreFactory()
        held = PersonScore.objects.create(person=PersonFactory(), score=score, value=0)

        with pytest.raises(Conflict):
            scores.delete(score.pk, by=None)

        held.delete()
        scores.delete(score.pk, by=None)
        assert not Score.objects.exists()

    def test_a_score_that_a_condition_asks_for_cannot_be_deleted(self, settings) -> None:
        score = ScoreFactory(name="fit", label="Fit")
        settings.CONDITION_OWNERS = [f"{__name__}.asks_for_fit"]

        with pytest.raises(Conflict) as error:
            scores.delete(score.pk, by=None)

        assert error.value.message == "“Fit” is used by thing Other."


def asks_for_fit() -> list[tuple[str, object]]:
    return [("thing Other", condition(asked("person.score.fit", "at_least", 5)))]
