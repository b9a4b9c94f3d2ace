from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts import changes, lists
from accounts.events import Source
from accounts.models import Account, Audience, ChangeReader, Event, EventType
from journeys import rounds
from journeys.engine import admit
from journeys.models import Entry, Journey
from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    PersonFactory,
)
from tests.factories.maps import condition, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry, inside, numbers

pytestmark = pytest.mark.django_db

STAFF = Source(Event.Source.STAFF)


def large(**fields: object) -> Audience:
    return AudienceFactory(condition=condition("account.employees", "at_least", 100), **fields)


def change(account: Account, **fields: object) -> None:
    """As an import would: write, and mark."""
    Account.objects.filter(pk=account.pk).update(**fields)
    changes.mark([account.pk])


def resting(who: object = None, **fields: object) -> Journey:
    """A journey in which everybody who has come in waits."""
    mode = str(fields.pop("mode", "continuous"))
    return publish_map(start(who, mode=mode), wait("rest", days=300), **fields)  # type: ignore[arg-type]


class TestFirstSweep:
    def test_lets_everybody_in_who_qualifies(self, engine: Engine) -> None:
        large_one, _ = AccountFactory(employees=100), AccountFactory(employees=99)
        journey = resting(large())
        assert engine.admit() == 1
        assert inside(journey) == [large_one.pk]

    def test_lets_the_members_of_a_list_in(self, engine: Engine) -> None:
        member, _ = AccountFactory.create_batch(2)
        journey = resting(AccountListFactory(members=[member]))
        engine.admit()
        assert inside(journey) == [member.pk]

    def test_goes_in_chunks_and_goes_on_where_it_was_left(
        self, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(admit, "CHUNK", 2)
        AccountFactory.create_batch(5)
        journey = resting()
        asked = iter([True])
        assert admit.admit(journey.pk, clock=clock, until=lambda: next(asked)) == 2
        assert engine.admit() == 3
        assert len(inside(journey)) == 5

    def test_records_an_event_for_each_who_enters(self, engine: Engine) -> None:
        account = AccountFactory()
        journey = resting()
        engine.admit()
        event = Event.objects.get(type_id=EventType.BuiltIn.JOURNEY_ENTERED)
        assert (event.account_id, event.source, event.source_id) == (
            account.pk,
            Event.Source.JOURNEY,
            journey.pk,
        )
        assert event.payload == {"journey": journey.pk, "number": 1}

    def test_makes_entries_that_are_due_at_once_and_walks_nothing(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory()
        journey = resting()
        engine.admit()
        made = entry(journey, account)
        assert (made.due_at, made.arrived_at, made.started_at, made.visit) == (clock.now,) * 3 + (1,)
        assert numbers(journey, "start") == {"entered": 1}

    def test_counts_who_entered(self, engine: Engine) -> None:
        AccountFactory.create_batch(3)
        journey = resting()
        engine.admit()
        assert numbers(journey) == {"entered": 3}

    def test_takes_as_many_statements_for_three_as_for_sixty(
        self, engine: Engine, count_queries: Callable[[Callable[[], object]], int]
    ) -> None:
        few, many = AccountFactory.create_batch(3), AccountFactory.create_batch(60)
        some, most = (resting(AccountListFactory(members=who)) for who in (few, many))
        assert count_queries(lambda: engine.admit(some)) == count_queries(lambda: engine.admit(most))


class TestOnce:
    def test_is_read_at_the_start_and_never_again(self, engine: Engine) -> None:
        early = AccountFactory()
        journey = resting(mode="once")
        engine.admit()
        late = AccountFactory()
        changes.mark([early.pk, late.pk])
        assert engine.admit(journey) == 0
        assert inside(journey) == [early.pk]

    def test_notes_that_the_audience_has_been_read(self, engine: Engine, clock: Clock) -> None:
        journey = resting(mode="once")
        engine.admit()
        journey.refresh_from_db(fields=["audience_read_at"])
        assert journey.audience_read_at == clock.now
        assert admit.open_journeys() == []

    def test_is_not_read_while_the_sweep_is_unfinished(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(admit, "CHUNK", 1)
        AccountFactory.create_batch(3)
        journey = resting(mode="once")
        asked = iter([True])
        admit.admit(journey.pk, clock=clock, until=lambda: next(asked))
        journey.refresh_from_db(fields=["audience_read_at"])
        assert journey.audience_read_at is None
        assert admit.open_journeys() == [journey.pk]


class TestContinuous:
    """Who qualifies later comes in too, whatever has changed."""

    def test_lets_a_new_account_in(self, engine: Engine) -> None:
        journey = resting()
        engine.admit()
        account = AccountFactory()
        changes.mark([account.pk])
        assert engine.admit() == 1
        assert inside(journey) == [account.pk]

    def test_lets_an_account_in_once_it_qualifies(self, engine: Engine) -> None:
        account = AccountFactory(employees=1)
        journey = resting(large())
        assert engine.admit() == 0
        change(account, employees=500)
        engine.admit()
        assert inside(journey) == [account.pk]

    def test_lets_an_account_in_when_it_is_put_on_a_list(self, engine: Engine, clock: Clock) -> None:
        account, members = AccountFactory(), AccountListFactory()
        journey = resting(members)
        engine.admit()
        lists.add(members, [account.pk], source=STAFF, now=clock.now)
        engine.admit()
        assert inside(journey) == [account.pk]

    def test_lets_an_account_in_by_a_condition_on_a_list(self, engine: Engine, clock: Clock) -> None:
        account, members = AccountFactory(), AccountListFactory(name="Block list")
        named = [{"id": members.pk, "name": members.name}]
        journey = resting(AudienceFactory(condition=condition("account.member_of_list", "is", named)))
        engine.admit()
        lists.add(members, [account.pk], source=STAFF, now=clock.now)
        engine.admit()
        assert inside(journey) == [account.pk]

    def test_lets_an_account_in_with_a_dynamic_list(self, engine: Engine, clock: Clock) -> None:
        account = AccountFactory(employees=1)
        dynamic = AccountListFactory(
            type="dynamic", condition=condition("account.employees", "at_least", 100)
        )
        journey = resting(dynamic)
        lists.refresh_due(now=clock.now)
        engine.admit()
        change(account, employees=100)
        lists.refresh_due(now=clock.now)
        engine.admit()
        assert inside(journey) == [account.pk]

    def test_keeps_those_out_who_changed_and_do_not_qualify(self, engine: Engine) -> None:
        account = AccountFactory(employees=1)
        journey = resting(large())
        engine.admit()
        change(account, employees=99)
        assert engine.admit() == 0
        assert inside(journey) == []

    def test_does_not_remove_who_leaves_the_audience(self, engine: Engine) -> None:
        account = AccountFactory(employees=100)
        journey = resting(large())
        engine.admit()
        change(account, employees=1)
        engine.run()
        assert inside(journey) == [account.pk]

    def test_lets_nobody_in_twice_who_leaves_the_audience_and_comes_back(self, engine: Engine) -> None:
        account = AccountFactory(employees=100)
        journey = publish_map(start(large()))
        engine.run()
        for employees in (1, 200):
            change(account, employees=employees)
            engine.run()
        assert Entry.objects.filter(journey=journey).count() == 1

    def test_looks_at_everybody_again_when_the_audience_was_edited(self, engine: Engine) -> None:
        account, audience = AccountFactory(employees=50), large()
        journey = resting(audience)
        assert engine.admit() == 0
        wider = condition("account.employees", "at_least", 50)
        Audience.objects.filter(pk=audience.pk).update(condition=wider, revision=audience.revision + 1)
        engine.admit()
        assert inside(journey) == [account.pk]

    def test_lets_nobody_in_when_the_audience_is_gone(self, engine: Engine) -> None:
        AccountFactory()
        audience = AudienceFactory()
        journey = resting(audience)
        Audience.objects.filter(pk=audience.pk).delete()
        assert engine.admit() == 0
        assert inside(journey) == []

    def test_looks_at_nobody_who_was_not_marked(self, engine: Engine) -> None:
        account = AccountFactory(employees=1)
        journey = resting(large())
        engine.admit()
        Account.objects.filter(pk=account.pk).update(employees=500)
        assert engine.admit() == 0
        assert inside(journey) == []

    def test_looks_at_the_accounts_of_a_person_who_changed(self, engine: Engine) -> None:
        account = AccountFactory(employees=1)
        person = PersonFactory(accounts=[account])
        journey = resting(large())
        engine.admit()
        Account.objects.filter(pk=account.pk).update(employees=500)
        changes.mark_people([person.pk])
        engine.admit()
        assert inside(journey) == [account.pk]


class TestTime:
    """A condition may turn by itself (spec 3.2)."""

    @pytest.fixture
    def renewed(self, now: datetime) -> Account:
        """An account whose renewal is tomorrow."""
        CustomAttributeFactory(name="renewal", type="date")
        return AccountFactory(custom={"renewal": (now + timedelta(days=1)).date().isoformat()})

    def test_lets_an_account_in_within_a_quarter_of_an_hour(
        self, engine: Engine, clock: Clock, renewed: Account
    ) -> None:
        recent = condition("account.custom.renewal", "in_last", {"value": 2, "unit": "days"})
        journey = resting(AudienceFactory(condition=recent))
        assert engine.admit() == 0
        clock.forward(days=1)
        engine.admit()
        engine.admit()
        assert inside(journey) == [renewed.pk]


class TestReader:
    def test_of_another_life_of_the_database_asks_all_again(self, engine: Engine) -> None:
        """A dump that was restored starts its transaction numbers anew; nobody is let in twice for it."""
        account = AccountFactory()
        journey = resting()
        engine.admit()
        ChangeReader.objects.update(snapshot="4000000000:4000000000:")
        late = AccountFactory()
        engine.admit()
        engine.admit()
        assert inside(journey) == [account.pk, late.pk]


class TestAudienceThatCannotBeRead:
    def test_stops_no_other_journey(self, engine: Engine) -> None:
        account = AccountFactory()
        resting(AudienceFactory(condition=condition("account.custom.gone", "is", "x")))
        journey = resting()
        rounds.go_round(engine.worker)
        assert inside(journey) == [account.pk]
