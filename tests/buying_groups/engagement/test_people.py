"""Person scores, rule by rule (reference 8.1, 8.2, 8.4)."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt

import pytest

from accounts.models import AccountChange, Event, EventType
from accounts.sql import rows, sql
from buying_groups.engagement import activities
from buying_groups.models import WeightingModel
from tests.factories import AccountFactory, PersonFactory
from tests.factories.accounts import LONG_AGO

pytestmark = pytest.mark.django_db
CLICK, FORM, PAGE = (
    EventType.BuiltIn.EMAIL_CLICKED,
    EventType.BuiltIn.FORM_FILLED,
    EventType.BuiltIn.WEB_PAGE_VISITED,
)
MOST = timedelta(days=30)
MOMENT = timedelta(microseconds=1)


def of(person) -> float | None:
    person.refresh_from_db()
    return person.engagement_score


def raw_scores(now) -> dict[int, float]:
    return dict(rows(sql("WITH {raw} SELECT person_id, score FROM raw", raw=activities.raw(now))))


class TestWindow:
    """The last 30 days: what happened later than 30 days ago, up to now."""

    @pytest.mark.parametrize(
        ("ago", "counts"), [(MOST, False), (MOST - MOMENT, True), (timedelta(0), True), (-MOMENT, False)]
    )
    def test_its_edges(self, weigh, did, score, now, ago, counts):
        weigh({CLICK: 30})
        person = PersonFactory()
        did(person, CLICK, at=now - ago)

        score()

        assert of(person) == (100 if counts else 0)

    def test_a_late_event_counts_by_when_it_occurred(self, weigh, did, score, now):
        weigh({CLICK: 30})
        late, old = PersonFactory(), PersonFactory()
        did(late, CLICK, at=now - timedelta(days=29), received=now)
        did(old, CLICK, at=now - timedelta(days=31), received=now)

        score()

        assert (of(late), of(old)) == (100, 0)

    def test_a_sender_whose_clock_is_ahead_loses_nothing(self, weigh, did, score, now):
        weigh({CLICK: 30})
        person = PersonFactory()
        did(person, CLICK, at=now - MOST + MOMENT, received=now - MOST - timedelta(hours=5))

        score()

        assert of(person) == 100


class TestCap:
    """At most 20 occurrences for each person, kind and day."""

    def test_is_for_each_day(self, weigh, did, score, now):
        weigh({CLICK: 30})
        two_days, one_day = PersonFactory(), PersonFactory()
        did(two_days, CLICK, 20)
        did(two_days, CLICK, 20, at=now - timedelta(days=1))
        did(one_day, CLICK, 40)

        score()

        assert of(one_day) == pytest.approx(100 * sqrt(20 / 40))

    def test_is_for_each_kind(self, weigh, did, score):
        weigh({CLICK: 30, PAGE: 30})
        two_kinds, one_kind = PersonFactory(), PersonFactory()
        did(two_kinds, CLICK, 20)
        did(two_kinds, PAGE, 20)
        did(one_kind, CLICK, 40)

        score()

        assert of(one_kind) == pytest.approx(100 * sqrt(20 / 40))

    def test_is_for_each_person(self, weigh, did, score):
        weigh({CLICK: 30})
        people = [PersonFactory(), PersonFactory()]
        for person in people:
            did(person, CLICK, 20)

        score()

        assert [of(person) for person in people] == [100, 100]

    @pytest.mark.parametrize(("zone", "days"), [("UTC", 1), ("Asia/Tokyo", 2), ("America/New_York", 1)])
    def test_days_are_those_of_the_installation(self, weigh, did, score, now, settings, zone, days):
        """14:00 and 16:00 UTC are one day in London and two in Tokyo."""
        settings.BUYING_GROUPS_TIME_ZONE = zone
        weigh({CLICK: 30})
        person, measure = PersonFactory(), PersonFactory()
        yesterday = now.replace(hour=0) - timedelta(days=1)
        for hour in (14, 16):
            did(person, CLICK, 20, at=yesterday + timedelta(hours=hour))
        for day in range(2, 4):
            did(measure, CLICK, 20, at=yesterday - timedelta(days=day))

        score()

        assert of(person) == pytest.approx(100 * sqrt(days / 2))

    def test_a_day_of_twenty_three_hours_is_one_day(self, settings, now):
        settings.BUYING_GROUPS_TIME_ZONE = "Europe/Berlin"
        since = now.replace(month=3, day=27, hour=12)

        found = activities.midnights(since, since + timedelta(days=2))

        assert [moment.utcoffset() for moment in found] == [timedelta(hours=1), timedelta(hours=2)]
        assert [moment.hour for moment in found] == [0, 0]


class TestWeights:
    def test_a_kind_of_weight_0_is_not_used(self, weigh, did, score):
        weigh({CLICK: 30, PAGE: 0})
        clicks, views = PersonFactory(), PersonFactory()
        did(clicks, CLICK)
        did(views, PAGE, 20)

        score()

        assert (of(clicks), of(views)) == (100, 0)

    def test_when_nothing_else_occurred_nobody_is_active(self, weigh, did, score):
        weigh({PAGE: 0})
        person = PersonFactory()
        did(person, PAGE, 20)

        score()

        assert of(person) == 0

    def test_a_kind_that_the_model_does_not_know_is_not_used(self, weigh, did, score):
        weigh({CLICK: 30})
        person = PersonFactory()
        did(person, FORM)

        score()

        assert of(person) == 0

    def test_only_the_active_model_counts(self, weigh, did, score):
        weigh({CLICK: 30})
        draft = WeightingModel.objects.create(name="Draft", created_at=LONG_AGO, updated_at=LONG_AGO)
        band = draft.bands.create(name="Vital", value=100)
        draft.weights.create(event_type_id=PAGE, band=band)
        person = PersonFactory()
        did(person, PAGE)

        score()

        assert of(person) == 0

    def test_kinds_that_did_not_occur_are_ignored(self, weigh, did, now):
        """So a raw score of the heaviest kind that occurred is how often it did."""
        weigh({CLICK: 30, FORM: 100})
        person = PersonFactory()
        did(person, CLICK, 3)

        assert raw_scores(now) == {person.pk: 3}


class TestScores:
    def test_nobody_is_active_so_everybody_has_0(self, score):
        person = PersonFactory()

        score()

        assert of(person) == 0

    def test_whose_activity_has_aged_out_falls_to_0(self, weigh, did, score, now):
        weigh({CLICK: 30})
        person = PersonFactory()
        did(person, CLICK)
        score()

        score(now + MOST)

        assert of(person) == 0

    def test_who_came_after_the_last_run_has_none_yet(self, score):
        score()

        assert of(PersonFactory()) is None

    def test_follows_what_others_do(self, weigh, did, score, now):
        weigh({CLICK: 30})
        person, other = PersonFactory(), PersonFactory()
        did(person, CLICK)
        score()
        did(other, CLICK, 4)

        score()

        assert (of(person), of(other)) == (50, 100)

    def test_marks_the_accounts_of_those_that_change(self, weigh, did, score):
        weigh({CLICK: 30})
        account = AccountFactory()
        active = PersonFactory(accounts=[account, AccountFactory()])
        still = PersonFactory(accounts=1, engagement_score=0)
        did(active, CLICK)
        AccountChange.objects.all().delete()

        run = score()

        marked = set(AccountChange.objects.values_list("account_id", flat=True))
        assert marked == set(active.accounts.values_list("pk", flat=True))
        assert (run.rescored, of(still)) == (1, 0)

    def test_is_no_event_of_the_person(self, weigh, did, score):
        weigh({CLICK: 30})
        did(PersonFactory(accounts=1), CLICK)

        score()

        assert Event.objects.count() == 1

    def test_counts_events_that_were_left_by_nobody_for_nobody(self, weigh, did, score):
        """Of somebody who was deleted without their events: nobody is measured by them."""
        weigh({CLICK: 30})
        gone, person = PersonFactory(), PersonFactory()
        did(gone, CLICK, 9)
        did(person, CLICK)
        gone.delete()

        score()

        assert of(person) == 100
