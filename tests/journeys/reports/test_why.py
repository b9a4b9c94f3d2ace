"""Why an account is not inside: what is said has to come true (spec 1.11)."""

from __future__ import annotations

import pytest

from accounts import changes
from accounts.models import Account, AccountList, Audience
from accounts.services.lists import add_members
from journeys import services
from journeys.models import Entry, Journey
from journeys.reports.why import why_not
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory
from tests.factories.api import client_of, clock_at
from tests.factories.maps import condition, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry

pytestmark = pytest.mark.django_db
LARGE = condition("account.employees", "at_least", 100)
HELD = "The whole engine is held since 2027-03-01 09:00 UTC: nobody moves and nobody enters."
READ = "The audience was read once, at 2027-03-01 09:00 UTC: who qualifies later does not enter."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    return Engine(clock)


@pytest.fixture
def large() -> Audience:
    return AudienceFactory(condition=LARGE)


@pytest.fixture
def some() -> AccountList:
    return AccountListFactory(name="Some")


def reasons(journey: Journey, account: Account, clock: Clock) -> list[str]:
    """What the service says, and that the API says the same."""
    journey = Journey.objects.get(pk=journey.pk)
    said = why_not(journey, account, now=clock.now).reasons
    with clock_at(clock.now):
        answer = client_of().get(f"/api/v1/journeys/{journey.pk}/why/?account={account.pk}").json()
    assert answer["reasons"] == said
    return said


def put_on(some: AccountList, account: Account, clock: Clock) -> None:
    add_members(some, [account.pk], by=None, now=clock.now)


def hold(journey: Journey, clock: Clock) -> None:
    services.hold(journey, because="Prices", by=None, now=clock.now, interface="api")


class TestContinuous:
    def test_enters_at_the_next_look_and_does(self, engine: Engine, clock: Clock, large: Audience) -> None:
        journey = publish_map(start(large), wait("rest", days=1))
        engine.run()
        account = AccountFactory(employees=500)
        changes.mark([account.pk])

        assert reasons(journey, account, clock) == ["It satisfies the audience; it enters at the next look."]

        engine.admit()
        assert entry(journey, account)

    def test_says_so_of_a_list_too(self, engine: Engine, clock: Clock, some: AccountList) -> None:
        journey = publish_map(start(some), wait("rest", days=1))
        engine.run()
        account = AccountFactory()
        assert reasons(journey, account, clock) == ["It is not on the list “Some”."]

        put_on(some, account, clock)

        assert reasons(journey, account, clock) == ["It is on the list “Some”; it enters at the next look."]
        engine.admit()
        assert entry(journey, account)

    def test_not_before_its_delay_has_passed(self, engine: Engine, clock: Clock, large: Audience) -> None:
        journey = publish_map(start(large), re_entry_enabled=True, re_entry_delay=2)
        account = AccountFactory(employees=500)
        engine.run()
        former = "It was inside before (entry 1) and may enter again from 2027-03-03 09:00 UTC."
        assert reasons(journey, account, clock) == [former]

        clock.forward(days=2)

        assert reasons(journey, account, clock) == [
            former, "It satisfies the audience; it enters at the next look.",
        ]  # fmt: skip

    @pytest.mark.parametrize("status", ["closed", "aborted"])
    def test_not_when_nobody_enters(self, clock: Clock, large: Audience, status: str) -> None:
        journey = publish_map(start(large), wait("rest", days=1), status=status)
        said = str(journey.get_status_display()).lower()

        assert reasons(journey, AccountFactory(employees=500), clock) == [
            f"The journey is {said}: nobody enters."
        ]


class TestOnce:
    def test_never_once_it_has_been_read(
        self, engine: Engine, clock: Clock, large: Audience, some: AccountList
    ) -> None:
        account, other = AccountFactory(employees=500), AccountFactory(employees=5)
        put_on(some, account, clock)
        journeys = [publish_map(start(who, mode="once"), wait("rest", days=9)) for who in (large, some)]
        assert reasons(journeys[0], account, clock) == [
            "It satisfies the audience; it enters at the next look."
        ]
        assert reasons(journeys[1], account, clock) == [
            "It is on the list “Some”; it enters at the next look."
        ]
        engine.run()
        Account.objects.filter(pk=other.pk).update(employees=500)
        changes.mark([other.pk])
        put_on(some, other, clock)
        clock.forward(days=1)

        assert [reasons(journey, other, clock) for journey in journeys] == [[READ], [READ]]

        engine.run()
        assert not Entry.objects.filter(account=other).exists()

    def test_says_both_of_one_that_does_not_qualify(
        self, engine: Engine, clock: Clock, large: Audience
    ) -> None:
        journey = publish_map(start(large, mode="once"), wait("rest", days=9))
        engine.run()

        assert reasons(journey, AccountFactory(employees=5), clock) == [
            READ, "It does not satisfy the audience.",
        ]  # fmt: skip


class TestHold:
    @pytest.fixture
    def journey(self, engine: Engine, large: Audience) -> Journey:
        journey = publish_map(start(large), wait("rest", days=1))
        engine.run()
        return journey

    def test_of_the_engine(self, clock: Clock, journey: Journey) -> None:
        services.hold_engine(because="Prices", by=None, now=clock.now)
        clock.forward(hours=1)

        assert reasons(journey, AccountFactory(employees=500), clock) == [
            HELD, "It satisfies the audience; it enters at the first look after the release.",
        ]  # fmt: skip
        assert reasons(journey, AccountFactory(employees=5), clock) == [
            HELD, "It does not satisfy the audience.",
        ]  # fmt: skip

    def test_of_the_journey(self, clock: Clock, journey: Journey) -> None:
        hold(journey, clock)

        assert reasons(journey, AccountFactory(employees=500), clock) == [
            "The journey is held since 2027-03-01 09:00 UTC.",
            "It satisfies the audience; it enters at the first look after the release.",
        ]

    def test_of_both_with_a_list(self, clock: Clock, some: AccountList) -> None:
        journey = publish_map(start(some), wait("rest", days=1))
        account = AccountFactory()
        put_on(some, account, clock)
        hold(journey, clock)
        services.hold_engine(because="Prices", by=None, now=clock.now)

        assert reasons(journey, account, clock) == [
            "The journey is held since 2027-03-01 09:00 UTC.",
            HELD,
            "It is on the list “Some”; it enters at the first look after the release.",
        ]

    def test_is_no_matter_once_it_has_ended(self, clock: Clock, journey: Journey) -> None:
        services.hold_engine(because="Prices", by=None, now=clock.now)
        services.abort(journey, by=None, now=clock.now, interface="api")

        assert reasons(journey, AccountFactory(employees=500), clock) == [
            "The journey is aborted: nobody enters."
        ]
