"""A run on record: in batches, killed and repeated, beside others (docs/engine.md, The order of locks)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AccountChange, Event, EventType, Person
from buying_groups.engagement import run_engagement
from buying_groups.models import BuyingGroup, GroupScore, JobRun, PendingScore
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory

pytestmark = pytest.mark.django_db
CLICK = EventType.BuiltIn.EMAIL_CLICKED
N = 7


class Killed(Exception):
    """The worker is gone."""


@pytest.fixture
def run(now) -> JobRun:
    return JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=now)


@pytest.fixture(autouse=True)
def world(weigh, did):
    """Seven groups of a member each, who did so much."""
    weigh({CLICK: 30})
    interest = SolutionInterestFactory()
    for n in range(1, N + 1):
        group = BuyingGroupFactory(solution_interest=interest)
        person = PersonFactory(accounts=[group.account])
        did(person, CLICK, n)
        group.members.create(
            person=person, role=interest.template.roles.get().role, source=1, changed_at=group.created_at
        )


def state() -> tuple:
    """All that a run writes, but its own row."""
    return (
        list(Person.objects.order_by("pk").values_list("engagement_score", flat=True)),
        list(BuyingGroup.objects.order_by("pk").values_list("engagement", "updated_at")),
        list(GroupScore.objects.order_by("group_id").values_list("group_id", "day", "engagement")),
        sorted((event.type_id, event.account_id, event.payload["new"]) for event in told()),
    )


def told():
    return Event.objects.filter(type_id=EventType.BuiltIn.BUYING_GROUP_ENGAGEMENT_CHANGED)


def finished(run, now, **how) -> JobRun:
    assert run_engagement(run, lambda: now, **how)
    return JobRun.objects.get(pk=run.pk)


def undisturbed(now) -> tuple:
    """What a run comes to that begins from nothing."""
    Person.objects.update(engagement_score=None)
    BuyingGroup.objects.update(engagement=None)
    GroupScore.objects.all().delete()
    told().delete()
    finished(JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=now), now)
    return state()


class TestRun:
    def test_puts_itself_on_record(self, run, now):
        done = finished(run, now)

        assert (done.status, done.started_at, done.finished_at) == (JobRun.Status.DONE, now, now)
        assert (done.total, done.done, done.rescored) == (2 * N, 2 * N, 2 * N)
        assert not PendingScore.objects.exists()

    def test_repeated_changes_nothing(self, run, now, score):
        finished(run, now)
        before = state()
        AccountChange.objects.all().delete()

        again = score()

        assert state() == before
        assert (again.rescored, again.total, AccountChange.objects.count()) == (0, 0, 0)

    def test_small_batches_come_to_the_same(self, run, now, score):
        small = finished(run, now, size=2)
        before = state()

        score()

        assert state() == before
        assert small.rescored == 2 * N

    def test_is_done_in_slices(self, run, now):
        slices = 0
        while not run_engagement(run, lambda: now, until=lambda: True, size=3):
            slices += 1
            assert JobRun.objects.get().status == JobRun.Status.RUNNING

        assert slices == 2 * (1 + 3 + 1 + 1) - 1
        assert JobRun.objects.get().progress == 1

    # Compute, three batches, none, none left over: of people, then of groups.
    @pytest.mark.parametrize("batch", range(1, 13))
    def test_killed_anywhere_and_repeated_comes_to_the_same(self, run, now, batch):
        clock = KillingClock(now, batch)
        with pytest.raises(Killed):
            run_engagement(run, clock, size=3)

        finished(run, now, size=3)

        found = state()
        assert JobRun.objects.get().rescored == 2 * N
        assert found == undisturbed(now)

    def test_looks_at_the_days_before_it_started_however_long_it_takes(self, run, now, did):
        assert not run_engagement(run, lambda: now, until=lambda: True)
        did(Person.objects.order_by("pk")[0], CLICK, 20, at=now + timedelta(minutes=1))

        finished(run, now + timedelta(hours=1))

        assert Person.objects.order_by("pk")[N - 1].engagement_score == 100

    def test_looks_at_the_days_before_it_started_however_long_it_waited(self, now, did):
        run = JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=now - timedelta(days=2))

        finished(run, now)

        assert Person.objects.order_by("pk")[N - 1].engagement_score == 100

    def test_passes_over_who_is_gone_meanwhile(self, run, now):
        assert not run_engagement(run, lambda: now, until=lambda: True)
        Person.objects.order_by("pk")[0].delete()

        done = finished(run, now)

        assert (done.done, done.total) == (2 * N, 2 * N)
        assert not PendingScore.objects.exists()

    def test_forgets_what_a_failed_run_has_left(self, run, now, score):
        assert not run_engagement(run, lambda: now, until=lambda: True)
        failed = JobRun.objects.get()
        failed.fail("The disk is full.", now=now)
        failed.save()
        Person.objects.update(engagement_score=1)

        score()

        assert not PendingScore.objects.exists()
        assert Person.objects.order_by("pk")[N - 1].engagement_score == 100

    def test_a_run_that_is_over_is_over(self, run, now):
        finished(run, now)
        before = JobRun.objects.values().get()

        assert run_engagement(run, lambda: now + timedelta(days=1))
        assert JobRun.objects.values().get() == before

    def test_sends_as_many_statements_for_many_people_as_for_one(self, run, now, count_queries, score, did):
        few = count_queries(lambda: finished(run, now))
        Person.objects.update(engagement_score=None)
        BuyingGroup.objects.update(engagement=None)
        for _ in range(30):
            PersonFactory(accounts=1)

        assert count_queries(score) == few + 1  # the run's own row


class KillingClock:
    """Kills the worker inside the transaction of its n-th batch."""

    def __init__(self, now, batch: int) -> None:
        self.now, self.left = now, batch

    def __call__(self):
        self.left -= 1
        if not self.left:
            raise Killed
        return self.now
