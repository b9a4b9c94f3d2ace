from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from accounts.models import Account, AccountChange, AccountPerson, EventType, ListMember, PersonScore
from journeys.models import Entry, Visit
from tests.factories import AccountFactory, AccountListFactory, PersonFactory, ScoreFactory
from tests.factories.maps import EVERYBODY, action, condition, merge, publish_map, split, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, event_count, how, node, numbers, way, where

pytestmark = pytest.mark.django_db

CountQueries = Callable[[Callable[[], object]], int]
LARGE = condition("account.employees", "at_least", 100)


def scores() -> dict[str, int]:
    return dict(PersonScore.objects.values_list("person__email", "value"))


class TestStart:
    def test_a_journey_of_the_start_alone_completes_at_once(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = publish_map(start())
        engine.run()
        done = entry(journey, account)
        assert how(done) == ("completed", "completed")
        assert (done.ended_at, done.due_at, way(done)) == (clock.now, None, ["start"])
        assert numbers(journey) == {"entered": 1, "completed": 1}
        assert event_count(EventType.BuiltIn.JOURNEY_COMPLETED) == 1


class TestWait:
    def test_of_zero_is_passed_at_once(self, engine: Engine) -> None:
        account = AccountFactory()
        journey = publish_map(start(), wait("none", minutes=0))
        engine.run()
        assert way(entry(journey, account)) == ["start", "none"]

    def test_keeps_everybody_until_its_time(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = publish_map(start(), wait("pause", days=2))
        engine.run()
        assert entry(journey, account).due_at == clock.now + timedelta(days=2)
        clock.forward(days=2, microseconds=-1)
        assert engine.move() == 0
        clock.forward(microseconds=1)
        assert engine.move() == 1
        assert how(entry(journey, account)) == ("completed", "completed")

    def test_says_when_somebody_came_and_went(self, engine: Engine, clock: Clock, now: datetime) -> None:
        journey = publish_map(start(), wait("pause", hours=3))
        account = AccountFactory()
        engine.run()
        clock.forward(hours=4)
        engine.run()
        visit = Visit.objects.get(entry=entry(journey, account), node=node(journey, "pause"))
        assert (visit.arrived_at, visit.left_at) == (now, now + timedelta(hours=4))

    def test_ends_on_the_next_day_and_time_of_its_window(self, engine: Engine) -> None:
        account = AccountFactory()
        window = {"days": ["wed"], "time": "09:00", "time_zone": "Europe/Berlin"}
        journey = publish_map(start(), wait("until", must_end_on=window))
        engine.run()
        assert entry(journey, account).due_at == datetime(2027, 3, 3, 8, tzinfo=UTC)

    def test_is_reckoned_in_the_zone_of_each_account(self, engine: Engine) -> None:
        zones = {"Europe/Berlin": 8, "America/New_York": 14, "": 9}
        accounts = {zone: AccountFactory(time_zone=zone) for zone in zones}
        window = {"days": ["tue"], "time": "09:00", "time_zone": "account"}
        journey = publish_map(start(), wait("until", must_end_on=window), time_zone="UTC")
        engine.run()
        found = {zone: entry(journey, account).due_at for zone, account in accounts.items()}
        assert found == {zone: datetime(2027, 3, 2, hour, tzinfo=UTC) for zone, hour in zones.items()}

    def test_until_a_date_that_has_passed_is_passed_at_once(self, engine: Engine, now: datetime) -> None:
        account = AccountFactory()
        journey = publish_map(start(), wait("until", until=(now - timedelta(days=1)).isoformat()))
        engine.run()
        assert how(entry(journey, account))[0] == "completed"

    def test_in_a_row_each_counts_from_the_arrival(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = publish_map(start(), wait("one", hours=1), wait("two", hours=1))
        engine.run()
        clock.forward(minutes=90)
        engine.run()
        there = entry(journey, account)
        assert (there.node, there.arrived_at, there.due_at) == (
            node(journey, "two"), clock.now, clock.now + timedelta(hours=1)
        )  # fmt: skip


class TestSplit:
    def test_takes_the_first_path_that_matches(self, engine: Engine) -> None:
        huge, large, small = (AccountFactory(employees=n) for n in (5000, 500, 5))
        more = condition("account.employees", "at_least", 1000)
        journey = publish_map(
            start(),
            split("size", ("huge", more, "join"), ("large", LARGE, "join"), other="join"),
            merge("join"),
        )
        engine.run()
        ways = [way(entry(journey, account))[1] for account in (huge, large, small)]
        assert ways == ["size/huge", "size/large", "size/other"]

    def test_without_a_match_and_without_other_the_way_ends(self, engine: Engine) -> None:
        account = AccountFactory(employees=1)
        journey = publish_map(start(), split("size", ("large", LARGE, None)))
        engine.run()
        assert how(entry(journey, account)) == ("completed", "no_path_matched")
        assert numbers(journey) == {"entered": 1, "completed": 1}

    def test_a_path_without_nodes_completes_the_journey(self, engine: Engine) -> None:
        account = AccountFactory(employees=100)
        journey = publish_map(start(), split("size", ("large", LARGE, None)))
        engine.run()
        assert how(entry(journey, account)) == ("completed", "completed")

    def test_a_condition_without_filters_matches_everybody(self, engine: Engine) -> None:
        account = AccountFactory()
        journey = publish_map(start(), split("all", ("everybody", EVERYBODY, None)))
        engine.run()
        assert way(entry(journey, account)) == ["start", "all/everybody"]

    def test_sees_what_an_action_of_the_same_batch_has_written(self, engine: Engine) -> None:
        account, marked = AccountFactory(), AccountListFactory()
        named = {"id": marked.pk, "name": marked.name}
        journey = publish_map(
            start(), action("mark", "add_to_account_list", account_list=named),
            split("marked", ("yes", condition("account.member_of_list", "is", [named]), None), other=None),
        )  # fmt: skip
        engine.run()
        assert way(entry(journey, account))[-1] == "marked/yes"

    def test_keeps_the_values_that_it_saw(self, engine: Engine) -> None:
        account = AccountFactory(employees=250)
        journey = publish_map(start(), split("size", ("large", LARGE, None)))
        engine.run()
        visit = Visit.objects.get(entry=entry(journey, account), node=node(journey, "size"))
        assert visit.detail == {"account.employees": 250}


class TestMerge:
    def test_brings_paths_of_different_lengths_together(self, engine: Engine) -> None:
        large, small = AccountFactory(employees=500), AccountFactory(employees=5)
        marked = AccountListFactory()
        journey = publish_map(
            start(), split("size", ("large", LARGE, "mark"), other="join"),
            action("mark", "add_to_account_list", account_list={"id": marked.pk, "name": marked.name}),
            merge("join"), wait("rest", days=1),
        )  # fmt: skip
        engine.run()
        assert way(entry(journey, large)) == ["start", "size/large", "mark", "join"]
        assert way(entry(journey, small)) == ["start", "size/other", "join"]
        assert (entry(journey, large).visit, entry(journey, small).visit) == (5, 4)
        assert numbers(journey, "join") == {"entered": 2, "left": 2}
        assert numbers(journey, "rest") == {"entered": 2}

    def test_waits_for_nobody(self, engine: Engine) -> None:
        large, small = AccountFactory(employees=500), AccountFactory(employees=5)
        journey = publish_map(
            start(),
            split("size", ("large", LARGE, "pause"), other="join"),
            wait("pause", days=9),
            merge("join"),
        )
        engine.run()
        assert how(entry(journey, small))[0] == "completed"
        assert where(journey) == {"pause": 1}
        assert entry(journey, large).status == Entry.Status.ACTIVE


class TestAction:
    def test_on_accounts_changes_them_and_marks_them(self, engine: Engine) -> None:
        account = AccountFactory(industry="Steel")
        change = action("change", "account_change_data_value", attribute="account.industry", value="Banking")
        journey = publish_map(start(), change)
        engine.run()
        assert Account.objects.get(pk=account.pk).industry == "Banking"
        assert AccountChange.objects.filter(account_id=account.pk).exists()
        assert numbers(journey, "change") == {"entered": 1, "left": 1, "done": 1}

    def test_on_people_reads_them_when_the_node_runs(self, engine: Engine, clock: Clock) -> None:
        ScoreFactory()
        account = AccountFactory()
        PersonFactory(email="early@x.example", accounts=[account])
        gone = PersonFactory(email="gone@x.example", accounts=[account])
        journey = publish_map(
            start(), wait("pause", days=1), action("raise", "change_score", score="fit", change="+5")
        )
        engine.run()
        PersonFactory(email="late@x.example", accounts=[account])
        AccountPerson.objects.filter(person=gone).delete()
        clock.forward(days=1)
        engine.run()
        assert scores() == {"early@x.example": 5, "late@x.example": 5}
        visit = Visit.objects.get(entry=entry(journey, account), node=node(journey, "raise"))
        assert (visit.done, visit.skipped) == (2, 0)

    def test_on_nobody_is_done_with_no_target(self, engine: Engine) -> None:
        ScoreFactory()
        account = AccountFactory()
        journey = publish_map(start(), action("raise", "change_score", score="fit", change="+5"))
        engine.run()
        visit = Visit.objects.get(entry=entry(journey, account), node=node(journey, "raise"))
        assert (visit.done, visit.skipped, visit.reason) == (0, 0, None)
        assert how(entry(journey, account))[0] == "completed"

    def test_a_person_of_two_accounts_gets_it_once_for_each_entry(self, engine: Engine) -> None:
        ScoreFactory()
        PersonFactory(email="shared@x.example", accounts=2)
        publish_map(start(), action("raise", "change_score", score="fit", change="+5"))
        engine.run()
        assert scores() == {"shared@x.example": 10}
        assert event_count(EventType.BuiltIn.SCORE_CHANGED) == 2

    def test_tells_those_who_were_skipped_from_those_who_were_done(self, engine: Engine) -> None:
        member, other = AccountFactory.create_batch(2)
        marked = AccountListFactory(members=[member])
        named = {"id": marked.pk, "name": marked.name}
        journey = publish_map(
            start(), action("mark", "add_to_account_list", account_list=named), wait("rest", days=1)
        )
        engine.run()
        visits = Visit.objects.filter(node=node(journey, "mark"))
        assert dict(visits.values_list("entry__account_id", "skipped")) == {member.pk: 1, other.pk: 0}
        assert numbers(journey, "mark") == {"entered": 2, "left": 2, "done": 1, "skipped": 1}
        assert ListMember.objects.filter(account_list=marked).count() == 2


class TestVisits:
    def test_are_numbered_without_a_gap(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = publish_map(
            start(), wait("a", minutes=0), wait("b", hours=1), wait("c", minutes=0), wait("d", hours=1)
        )
        for _ in range(3):
            engine.run()
            clock.forward(hours=1)
        visits = Visit.objects.filter(entry=entry(journey, account)).order_by("number")
        assert list(visits.values_list("number", "node__key")) == [
            (1, "start"),
            (2, "a"),
            (3, "b"),
            (4, "c"),
            (5, "d"),
        ]

    def test_follow_one_another_in_time(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = publish_map(start(), wait("a", hours=1), wait("b", hours=1))
        for _ in range(3):
            engine.run()
            clock.forward(minutes=100)
        times = list(
            Visit.objects.filter(entry=entry(journey, account))
            .order_by("number")
            .values_list("arrived_at", "left_at")
        )
        assert all(left == arrived for (_, left), (arrived, _) in pairwise(times))


class TestBatch:
    def test_of_one_journey_never_holds_somebody_twice(self, engine: Engine) -> None:
        engine.size = 3
        AccountFactory.create_batch(10)
        journey = publish_map(start(), wait("rest", days=1))
        engine.run()
        assert where(journey) == {"rest": 10}
        assert numbers(journey, "rest") == {"entered": 10}
