"""Two workers at one run of the engagement scores, and somebody who holds an account (see conftest)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.events import Source
from accounts.models import Account, Event, EventType, Person
from accounts.services import activities
from accounts.services.activities import Activity
from accounts.sql import rows, sql
from buying_groups.engagement import run_engagement
from buying_groups.models import BuyingGroup, GroupScore, JobRun, SolutionInterest
from buying_groups.services import groups
from tests.conftest import NOW
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory
from tests.faults.locks import out_of_order, shortly, taken
from tests.faults.threads import Gate, Together, at_once, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
CLICK = EventType.BuiltIn.EMAIL_CLICKED
CLIENT = Source(Event.Source.API)
N = 12


@pytest.fixture
def world() -> None:
    """Groups of a member each, who also belongs to the account of the next one."""
    interest = SolutionInterestFactory()
    accounts = [BuyingGroupFactory(solution_interest=interest).account for _ in range(N)]
    for n, account in enumerate(accounts):
        person = PersonFactory(accounts=[account, accounts[(n + 1) % N]])
        account.buying_groups.get().members.create(
            person=person, role=interest.template.roles.get().role, source=1, changed_at=NOW
        )
        done = [Activity(person.pk, CLICK, NOW - timedelta(days=1))] * (n + 1)
        activities.record(done, source=CLIENT, now=NOW)


def new_run() -> JobRun:
    return JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=NOW)


def clock() -> datetime:
    return NOW


def scores() -> tuple[list[float], list[float]]:
    people = Person.objects.order_by("pk").values_list("engagement_score", flat=True)
    groups = BuyingGroup.objects.order_by("pk").values_list("engagement", flat=True)
    return list(people), list(groups)


def test_two_workers_come_to_what_one_comes_to(world: None) -> None:
    run = new_run()

    while not any(at_once(*[lambda: run_engagement(run, clock, size=1)] * 3)):
        pass

    done = JobRun.objects.get()
    assert (done.status, done.done, done.rescored) == (JobRun.Status.DONE, 2 * N, 2 * N)
    assert GroupScore.objects.count() == N
    assert Event.objects.filter(type_id=EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED).count() == N
    found = scores()
    Person.objects.update(engagement_score=None)
    BuyingGroup.objects.update(engagement=None)
    assert run_engagement(new_run(), clock)
    assert found == scores()


def slices() -> Iterator[bool]:
    """Until for a run that stops when its people are written but for those whom somebody holds."""
    while True:
        yield JobRun.objects.get().step >= 2


def test_what_somebody_holds_is_written_at_the_end(world: None) -> None:
    run, gate = new_run(), Gate("holding")
    account = Account.objects.order_by("pk")[3]

    def hold() -> None:
        with transaction.atomic():
            rows(sql("SELECT id FROM accounts_account WHERE id = {id} FOR NO KEY UPDATE", id=account.pk))
            gate("holding")

    stops = slices()
    with Together() as threads:
        threads.start(hold)
        with held(gate):
            assert not run_engagement(run, clock, lambda: next(stops), size=5)
            theirs = set(account.people.values_list("pk", flat=True))
            unscored = Person.objects.filter(engagement_score=None).values_list("pk", flat=True)
            assert set(unscored) == theirs
            rest = threads.start(run_engagement, run, clock, size=5)
            somebody_waits()
            assert not rest.done()

    assert rest.result() is True
    assert None not in [*scores()[0], *scores()[1]]


def test_every_batch_takes_its_locks_in_the_documented_order(world: None) -> None:
    found = taken(lambda: run_engagement(new_run(), clock, size=5))

    assert [out_of_order(locks) for locks in found] == [""] * len(found)
    orders = {tuple(what for what, _ in shortly(locks)) for locks in found}
    assert orders == {("rest",), ("accounts", "people", "rest"), ("accounts", "rest")}


def test_staff_who_move_a_group_hold_its_account_first(world: None) -> None:
    stage = StageModelFactory().stages.get(name="Awareness")
    SolutionInterest.objects.update(stage_model=stage.model)
    group = BuyingGroup.objects.order_by("pk")[0]

    [found] = taken(lambda: groups.set_stage(group, stage, by=None, now=NOW))

    assert out_of_order(found) == ""
    assert [what for what, _ in shortly(found)] == ["accounts", "rest"]
