from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts import changes
from accounts.models import Account
from journeys.engine import leave
from journeys.models import Entry, Journey
from tests.factories import AccountFactory, AudienceFactory
from tests.factories.maps import add_to_journey, condition, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, how, inside, numbers

pytestmark = pytest.mark.django_db


def returning(*nodes: object, who: object = None, **fields: object) -> Journey:
    """A journey that may be entered twice, two days after the end."""
    given: dict[str, object] = {"re_entry_enabled": True, "re_entry_delay": 2, "re_entry_limit": 2, **fields}
    return publish_map(start(who), *nodes, **given)  # type: ignore[arg-type]


def entries(journey: Journey, account: Account) -> list[int]:
    return list(
        Entry.objects.filter(journey=journey, account=account)
        .order_by("number")
        .values_list("number", flat=True)
    )


@pytest.fixture
def account() -> Account:
    return AccountFactory(employees=500)


class TestWithout:
    def test_an_account_enters_once_ever(self, engine: Engine, clock: Clock, account: Account) -> None:
        journey = publish_map(start())
        engine.run()
        clock.forward(days=400)
        changes.mark([account.pk])
        engine.run()
        assert entries(journey, account) == [1]
        assert entry(journey, account).reenter_at is None


class TestDelay:
    def test_lets_nobody_back_in_before_it_has_passed(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning()
        engine.run()
        clock.forward(days=2, microseconds=-1)
        changes.mark([account.pk])
        engine.run()
        assert entries(journey, account) == [1]

    def test_its_passing_alone_is_a_reason_to_look(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning()
        engine.run()
        clock.forward(days=2)
        engine.run()
        assert entries(journey, account) == [1, 2]
        assert numbers(journey) == {"entered": 2, "completed": 2}

    def test_counts_from_the_end(self, engine: Engine, clock: Clock, account: Account, now: datetime) -> None:
        journey = returning(wait("pause", days=1))
        engine.run()
        clock.forward(days=1)
        engine.move()
        assert entry(journey, account).reenter_at == now + timedelta(days=3)

    def test_counts_from_the_start(
        self, engine: Engine, clock: Clock, account: Account, now: datetime
    ) -> None:
        journey = returning(wait("pause", days=1), re_entry_timing="from_start")
        engine.run()
        clock.forward(days=1)
        engine.move()
        assert entry(journey, account).reenter_at == now + timedelta(days=2)

    def test_from_the_start_may_have_passed_before_the_end(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning(wait("pause", days=5), re_entry_timing="from_start")
        engine.run()
        clock.forward(days=5)
        engine.run()
        assert entries(journey, account) == [1, 2]
        assert inside(journey) == [account.pk]

    def test_in_hours_elapses(self, engine: Engine, account: Account, now: datetime) -> None:
        journey = returning(re_entry_delay=36, re_entry_delay_unit="hours")
        engine.run()
        assert entry(journey, account).reenter_at == now + timedelta(hours=36)

    def test_in_days_is_a_step_of_the_calendar(self, engine: Engine, account: Account, now: datetime) -> None:
        """Clocks in Berlin go forward on 28 March 2027: thirty days later is an hour less."""
        journey = returning(re_entry_delay=30, time_zone="Europe/Berlin")
        engine.run()
        assert entry(journey, account).reenter_at == now + timedelta(days=30, hours=-1)

    def test_that_passed_unseen_is_caught_up(self, engine: Engine, clock: Clock, account: Account) -> None:
        journey = returning()
        engine.run()
        clock.forward(days=50)
        engine.run()
        assert entries(journey, account) == [1, 2]


class TestLimit:
    def test_is_how_often_an_account_may_enter_in_all(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning(re_entry_limit=3)
        for _ in range(6):
            engine.run()
            clock.forward(days=2)
        assert entries(journey, account) == [1, 2, 3]
        assert entry(journey, account).reenter_at is None

    def test_holds_for_delays_from_the_start(self, engine: Engine, clock: Clock, account: Account) -> None:
        journey = returning(re_entry_limit=2, re_entry_timing="from_start")
        for _ in range(6):
            engine.run()
            clock.forward(days=2)
        assert entries(journey, account) == [1, 2]


class TestCondition:
    def test_only_who_is_in_the_audience_then_comes_back(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning(who=AudienceFactory(condition=condition("account.employees", "at_least", 100)))
        engine.run()
        Account.objects.update(employees=1)
        changes.mark([account.pk])
        clock.forward(days=2)
        engine.run()
        assert entries(journey, account) == [1]

    def test_who_qualifies_again_later_comes_back_then(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning(who=AudienceFactory(condition=condition("account.employees", "at_least", 100)))
        engine.run()
        Account.objects.update(employees=1)
        clock.forward(days=3)
        engine.run()
        Account.objects.update(employees=500)
        changes.mark([account.pk])
        engine.run()
        assert entries(journey, account) == [1, 2]

    def test_who_is_inside_does_not_come_in_again(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = returning(wait("rest", days=300), re_entry_timing="from_start")
        engine.run()
        clock.forward(days=50)
        changes.mark([account.pk])
        engine.run()
        assert entries(journey, account) == [1]

    def test_who_has_failed_counts_as_inside(self, engine: Engine, clock: Clock, account: Account) -> None:
        def breaks(point: str) -> None:
            if point == "before:wait":
                raise ValueError("broken")

        journey = returning(wait("rest", days=300), re_entry_timing="from_start")
        engine.fail = breaks
        engine.run()
        assert how(entry(journey, account))[0] == "failed"
        clock.forward(days=50)
        changes.mark([account.pk])
        engine.run()
        assert entries(journey, account) == [1]


class TestOnce:
    def test_a_journey_that_is_read_once_lets_nobody_back_in(
        self, engine: Engine, clock: Clock, account: Account
    ) -> None:
        journey = publish_map(start(mode="once"), re_entry_enabled=True, re_entry_delay=2, re_entry_limit=2)
        engine.run()
        clock.forward(days=2)
        engine.run()
        assert entries(journey, account) == [1]

    def test_an_action_lets_an_account_back_in(self, engine: Engine, clock: Clock, account: Account) -> None:
        journey = publish_map(start(mode="once"), re_entry_enabled=True, re_entry_delay=2, re_entry_limit=2)
        engine.run()
        publish_map(start(), wait("pause", days=2), add_to_journey("add", journey))
        engine.run()
        clock.forward(days=2)
        engine.run()
        assert entries(journey, account) == [1, 2]


class TestRemoved:
    @pytest.mark.parametrize(("timing", "days"), [("from_end", 3), ("from_start", 2)])
    def test_who_was_removed_may_come_back_after_the_delay(
        self, engine: Engine, clock: Clock, account: Account, now: datetime, timing: str, days: int
    ) -> None:
        journey = returning(wait("rest", days=300), re_entry_timing=timing)
        engine.run()
        clock.forward(days=1)
        leave.remove(journey.pk, [entry(journey, account).pk], now=clock.now)
        assert entry(journey, account).reenter_at == now + timedelta(days=days)
        clock.forward(days=2)
        engine.run()
        assert entries(journey, account) == [1, 2]
