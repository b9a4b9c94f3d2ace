"""Stages are taken from many groups in batches, on record, killed and repeated (reference U 22)."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import Account, AccountChange, Event, EventType
from buying_groups.jobs.stages import run_stage_removal
from buying_groups.models import BuyingGroup, JobRun
from tests.factories import BuyingGroupFactory, SolutionInterestFactory, UserFactory
from tests.factories.stages import StageModelFactory, stage
from tests.faults.threads import Gate, Together, held

pytestmark = pytest.mark.django_db
N = 7


class Killed(Exception):
    """The worker is gone."""


@pytest.fixture
def interest():
    StageModelFactory()
    made = SolutionInterestFactory(name="CRM")
    BuyingGroupFactory.create_batch(N, solution_interest=made, stage=stage("Interest"))
    BuyingGroupFactory(solution_interest=made)
    return made


@pytest.fixture
def run(interest, now):
    made = JobRun.objects.create(
        kind=JobRun.Kind.STAGES, solution_interest=interest, queued_at=now, asked_by=UserFactory()
    )
    return lambda: JobRun.objects.get(pk=made.pk)


def told():
    return Event.objects.filter(type_id=EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED)


def test_all_groups_of_the_interest_lose_theirs_in_batches(run, interest, clock, now):
    elsewhere = BuyingGroupFactory(stage=stage("Interest"))

    assert run_stage_removal(run(), clock, size=3)

    assert not interest.groups.exclude(stage=None).exists()
    assert interest.groups.filter(updated_at=now).count() == N
    assert BuyingGroup.objects.get(pk=elsewhere.pk).stage
    assert {(event.payload["old"], event.payload["new"], event.source_id) for event in told()} == {
        ("Interest", None, run().asked_by_id)
    }
    assert told().count() == AccountChange.objects.count() == N
    assert (run().status, run().total, run().done) == (JobRun.Status.DONE, N + 1, N + 1)


def test_goes_on_where_it_was_killed_and_does_nothing_twice(run, interest, clock):
    for _ in range(2):
        left = iter(range(1))

        def fail(point: str, left=left) -> None:
            if point == "after:commit" and next(left, None) is None:
                raise Killed

        with pytest.raises(Killed):
            run_stage_removal(run(), clock, size=2, fail=fail)
    assert run_stage_removal(run(), clock, size=2)

    assert told().count() == N
    assert not interest.groups.exclude(stage=None).exists()


def test_again_changes_nothing(run, interest, clock, now):
    run_stage_removal(run(), clock)
    again = JobRun.objects.create(kind=JobRun.Kind.STAGES, solution_interest=interest, queued_at=now)

    run_stage_removal(again, clock)

    assert told().count() == N


def test_takes_as_many_statements_for_many_groups_as_for_few(run, interest, clock, count_queries, now):
    first = run()
    few = count_queries(lambda: run_stage_removal(first, clock))
    BuyingGroupFactory.create_batch(12, solution_interest=interest, stage=stage("Interest"))
    JobRun.objects.create(
        kind=JobRun.Kind.STAGES, solution_interest=interest, queued_at=now, asked_by=first.asked_by
    )
    again = JobRun.objects.latest("pk")

    assert count_queries(lambda: run_stage_removal(again, clock)) == few


@pytest.mark.django_db(transaction=True)
def test_a_stage_that_is_being_set_meanwhile_goes_as_well(run, interest, clock):
    """Its account is passed over, and waited for at the end."""
    blank = interest.groups.get(stage=None)
    gate = Gate()

    def batch() -> None:
        with transaction.atomic():
            Account.objects.select_for_update(no_key=True).get(pk=blank.account_id)
            BuyingGroup.objects.filter(pk=blank.pk).update(stage=stage("Interest"))
            gate()

    with Together() as threads:
        threads.start(batch)
        with held(gate):
            rounds = iter([False] * 3)
            assert not run_stage_removal(run(), clock, until=lambda: next(rounds, True), size=3)
            assert run().done == N + 1
    assert run_stage_removal(run(), clock, size=3)

    assert not interest.groups.exclude(stage=None).exists()
    assert told().count() == N + 1
