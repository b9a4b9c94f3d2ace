"""Each rule of `verify`, and the liveness query, can be broken: one thing is broken, and the rule says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ListMember, PersonScore
from accounts.sql import Sql, run
from journeys.engine import liveness
from journeys.engine.verify import RULES, verify
from journeys.models import CounterDelta, Entry, EntryFailure, Journey, Visit, What
from tests.conftest import NOW
from tests.factories import AccountFactory, AccountListFactory, PersonFactory, ScoreFactory
from tests.factories.journeys import in_status
from tests.factories.maps import action, publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine, node

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("broken_on_purpose")]


@pytest.fixture
def journey(engine: Engine) -> Journey:
    """Three accounts that wait; a score was raised before, one was skipped."""
    ScoreFactory()
    accounts = AccountFactory.create_batch(3)
    PersonFactory(accounts=accounts)
    marked = AccountListFactory(members=[accounts[0]])
    journey = publish_map(
        start(), action("raise", "change_score", score="fit", change="+5"),
        action("mark", "add_to_account_list", account_list={"id": marked.pk, "name": marked.name}),
        wait("rest", days=1),
    )  # fmt: skip
    engine.run()
    return journey


def count(what: What, n: int = 1, *, at: str = "") -> Callable[[Journey], None]:
    """A delta too many."""

    def broken(journey: Journey) -> None:
        CounterDelta.objects.create(
            journey_id=journey.pk, node_id=node(journey, at).pk if at else 0, what=what, n=n
        )

    return broken


def drop_visits(**which: object) -> Callable[[Journey], None]:
    return lambda journey: void(Visit.objects.filter(entry=Entry.objects.earliest("id"), **which).delete())


def update_entry(**fields: object) -> Callable[[Journey], None]:
    return lambda journey: void(Entry.objects.filter(pk=Entry.objects.earliest("id").pk).update(**fields))


def void(_: object) -> None:
    """For a lambda that is there for what it does."""


def orphan_visit(journey: Journey) -> None:
    Visit.objects.create(entry_id=10**9, number=1, node=node(journey, "start"), arrived_at=NOW, left_at=NOW)


def failure_of_nobody(journey: Journey) -> None:
    EntryFailure.objects.create(entry_id=10**9, node=node(journey, "start"), error="?", failed_at=NOW)


def score_of_nobody(journey: Journey) -> None:
    run(Sql("ALTER TABLE accounts_personscore DISABLE TRIGGER ALL"))
    PersonScore.objects.update(person_id=10**9)
    run(Sql("ALTER TABLE accounts_personscore ENABLE TRIGGER ALL"))


def member_of_nothing(journey: Journey) -> None:
    ListMember.objects.create(account_list_id=1, account_id=10**9, added_at=NOW)


ENDED = {"ended_at": NOW, "due_at": None}
BROKEN: dict[str, list[Callable[[Journey], None]]] = {
    "entered = visits + entries inside, at every node": [
        count(What.ENTERED, at="raise"), count(What.ENTERED, -1, at="rest"), drop_visits(number=2)
    ],
    "left = visits, at every node": [count(What.LEFT, at="start"), drop_visits(number=1)],
    "done = visits with something done": [count(What.DONE, at="raise"), count(What.DONE, at="start")],
    "skipped = visits with something skipped": [count(What.SKIPPED, -1, at="mark")],
    "failed = entries set aside": [count(What.FAILED, at="raise")],
    "entered = entries, of every journey": [count(What.ENTERED)],
    "completed = entries completed": [count(What.COMPLETED), update_entry(status=2, reason=1, **ENDED)],
    "removed = entries removed": [count(What.REMOVED), update_entry(status=3, reason=4, **ENDED)],
    "aborted = entries aborted": [count(What.ABORTED), update_entry(status=4, reason=6, **ENDED)],
    "visits of an entry are numbered without a gap": [
        update_entry(visit=9), drop_visits(number=2), drop_visits(number=3)
    ],
    "an entry is at a node of its journey's map": [update_entry(node_id=10**9), update_entry(version_id=10**9)],
    "an entry belongs to a journey and an account": [update_entry(account_id=10**9), update_entry(journey_id=10**9)],
    "a visit belongs to an entry": [orphan_visit],
    "a failed entry says why": [update_entry(status=5, due_at=None), failure_of_nobody],
    "an active entry has something that wakes it": [update_entry(due_at=None)],
    "a score belongs to a person": [score_of_nobody],
    "a list member is an account": [member_of_nothing],
}  # fmt: skip


class TestVerify:
    def test_finds_nothing_when_all_is_well(self, journey: Journey) -> None:
        assert verify() == {}

    def test_every_rule_has_been_broken_here(self) -> None:
        assert BROKEN.keys() == RULES.keys()

    @pytest.mark.parametrize(
        ("rule", "n"), [(rule, n) for rule, ways in BROKEN.items() for n in range(len(ways))]
    )
    def test_says_which_rule_does_not_hold(self, journey: Journey, rule: str, n: int) -> None:
        BROKEN[rule][n](journey)
        assert rule in verify()

    def test_the_command_says_what_is_broken(
        self, journey: Journey, capsys: pytest.CaptureFixture[str]
    ) -> None:
        count(What.REMOVED)(journey)
        with pytest.raises(CommandError):
            call_command("verify")
        assert "removed = entries removed (1)" in capsys.readouterr().err

    def test_the_command_says_that_all_is_well(
        self, journey: Journey, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("verify")
        assert capsys.readouterr().out == f"verify ok: {len(RULES)} rules hold\n"


class TestLiveness:
    def test_is_zero(self, journey: Journey) -> None:
        assert liveness.asleep() == 0

    def test_is_not_zero_when_somebody_has_nothing_to_wait_for(self, journey: Journey) -> None:
        update_entry(due_at=None)(journey)
        assert liveness.asleep() == 1

    def test_counts_nobody_of_a_journey_that_was_aborted(self, journey: Journey) -> None:
        update_entry(due_at=None)(journey)
        Journey.objects.update(status="aborted")
        assert liveness.asleep() == 0

    def test_lag_is_none_when_nobody_is_due(self, journey: Journey, clock: Clock) -> None:
        assert liveness.lag(clock.now) == timedelta()

    def test_lag_is_that_of_whoever_waits_longest(self, journey: Journey, clock: Clock) -> None:
        clock.forward(days=1, minutes=7)
        assert liveness.lag(clock.now) == timedelta(minutes=7)

    def test_lag_looks_at_every_journey_that_somebody_is_in(self, journey: Journey, clock: Clock) -> None:
        clock.forward(days=1, minutes=7)
        held, late, later = (
            in_status(Journey.Status.LIVE, now=clock.now, name=f"Other {i}") for i in range(3)
        )
        Journey.objects.filter(pk=held.pk).update(held_at=clock.now)
        for other, minutes in ((held, 90), (late, 20), (later, 5)):
            entry = Entry.objects.filter(journey=journey).first()
            assert entry is not None
            entry.pk, entry.journey, entry.due_at = None, other, clock.now - timedelta(minutes=minutes)
            entry.save()
        assert liveness.lag(clock.now) == timedelta(minutes=20)

    def test_lag_leaves_out_what_is_held(self, journey: Journey, clock: Clock) -> None:
        Journey.objects.update(held_at=clock.now)
        clock.forward(days=3)
        assert liveness.lag(clock.now) == timedelta()
