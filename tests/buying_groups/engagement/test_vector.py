"""The test vector of reference 8.4, and the sub-checks of its example (contradiction C 4), to the letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import EventType
from accounts.sql import rows, sql
from buying_groups import record
from buying_groups.engagement import activities
from buying_groups.models import BuyingGroup, TemplateRole
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory

pytestmark = pytest.mark.django_db
CLICK, FORM, MOMENT = (
    EventType.BuiltIn.EMAIL_CLICKED,
    EventType.BuiltIn.FORM_FILLED,
    EventType.BuiltIn.PERSON_INTERESTING_MOMENT,
)


@pytest.fixture
def people(weigh, did, now):
    """A: 37 clicks on one day and 15 on another. B: two forms. C: one moment. D: nothing."""
    weigh({CLICK: 30, FORM: 40, MOMENT: 60})
    a, b, c, d = (PersonFactory(accounts=1, first_name=name) for name in "ABCD")
    did(a, CLICK, 37, at=now - timedelta(days=3))
    did(a, CLICK, 15, at=now - timedelta(days=9))
    did(b, FORM, 2)
    did(c, MOMENT)
    return a, b, c, d


@pytest.fixture
def groups(people):
    """Group 1: A as Vital role, B as Important role, third role empty. Group 2: C alone."""
    a, b, c, _ = people
    weights = TemplateRole.Weight
    interest = SolutionInterestFactory(roles={
        "Decision Maker": {"weight": weights.VITAL}, "Champion": {"weight": weights.IMPORTANT},
        "Influencer": {"weight": weights.NORMAL},
    })  # fmt: skip
    first = BuyingGroupFactory(solution_interest=interest, members={a: "Decision Maker", b: "Champion"})
    return first, BuyingGroupFactory(solution_interest=interest, members={c: "Influencer"})


def test_raw_scores_are_17_5_and_1_3333_and_1(people, now):
    found: dict[int, float] = dict(
        rows(sql("WITH {raw} SELECT person_id, round(score::numeric, 4) FROM raw", raw=activities.raw(now)))
    )
    assert {person.first_name: float(found.get(person.pk, -1)) for person in people} == {
        "A": 17.5, "B": 1.3333, "C": 1, "D": -1,
    }  # fmt: skip


def test_people_score_100_and_27_60_and_23_90_and_0(people, score):
    score()

    found = []
    for person in people:
        person.refresh_from_db()
        found.append(person.engagement_score)
    assert [round(value, 2) for value in found] == [100, 27.60, 23.90, 0]
    assert (found[0], found[3]) == (100, 0)
    assert [record.as_shown(value) for value in found] == [100, 28, 24, 0]


def test_groups_score_100_and_59_37(groups, score):
    score()

    found = [BuyingGroup.objects.get(pk=group.pk).engagement for group in groups]
    assert found[0] == 100
    assert round(found[1], 2) == 59.37
    assert [record.as_shown(value) for value in found] == [100, 59]


def test_thirty_seven_in_a_day_count_as_twenty(weigh, did, score):
    weigh({CLICK: 30})
    many, capped = PersonFactory(), PersonFactory()
    did(many, CLICK, 37)
    did(capped, CLICK, 20)

    score()

    many.refresh_from_db()
    capped.refresh_from_db()
    assert many.engagement_score == capped.engagement_score == 100
