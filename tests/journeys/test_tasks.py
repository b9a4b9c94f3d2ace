"""What Celery runs stands still while the engine is held (spec 1.4, docs/engine.md, Identity and hold)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings

from buying_groups.models import JobRun
from journeys import tasks
from journeys.engine import counters, identity
from journeys.models import CounterDelta, EngineState, Entry, Journey, What
from journeys.services import abort, hold_engine, release_engine
from tests.factories import AccountFactory, AccountListFactory, SolutionInterestFactory
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Clock, Engine


@pytest.fixture(autouse=True)
def _unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The guard of a worker's connections would stay with those of other tests."""
    monkeypatch.setattr(tasks, "guard_connections", lambda: None)
    yield
    tasks._worker.cache_clear()


@pytest.fixture
def interest(db: None) -> None:
    SolutionInterestFactory()


def runs() -> set[tuple[str, str]]:
    return set(JobRun.objects.values_list("kind", "status"))


def test_buying_groups_go_round(interest: None) -> None:
    tasks.keep_buying_groups()

    assert runs() == {("maintenance", "done"), ("engagement", "done")}


def test_buying_groups_wait_in_a_restored_or_cloned_database(interest: None) -> None:
    identity.accept()
    EngineState.objects.update(identity="another cluster/1")

    tasks.keep_buying_groups()
    assert runs() == set()

    identity.accept()
    tasks.keep_buying_groups()
    assert runs() == {("maintenance", "done"), ("engagement", "done")}


def test_buying_groups_wait_while_somebody_holds_the_engine(interest: None, now: datetime) -> None:
    hold_engine(because="Maintenance", by=None, now=now)

    tasks.keep_buying_groups()
    assert runs() == set()

    release_engine(by=None, now=now)
    tasks.keep_buying_groups()
    assert runs() == {("maintenance", "done"), ("engagement", "done")}


@pytest.mark.django_db
def test_tidying_goes_on_while_somebody_holds_the_engine(now: datetime) -> None:
    hold_engine(because="Maintenance", by=None, now=now)
    counters.add(1, {(1, What.ENTERED): 5})

    tasks.tidy()

    assert not CounterDelta.objects.exists()


@pytest.mark.django_db
def test_tidying_waits_in_a_restored_or_cloned_database() -> None:
    identity.accept()
    EngineState.objects.update(identity="another cluster/1")
    counters.add(1, {(1, What.ENTERED): 5})

    tasks.tidy()

    assert CounterDelta.objects.exists()


def test_beat_starts_all_of_them() -> None:
    started = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert started >= {
        task.name for task in (tasks.advance, tasks.admit, tasks.keep_buying_groups, tasks.tidy)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("held", [False, True])
def test_who_is_in_an_aborted_journey_ends_at_the_next_second(now: datetime, held: bool) -> None:
    journey = publish_map(
        start(AccountListFactory(members=[AccountFactory()])), wait("rest", days=9), now=now
    )
    Engine(Clock(now)).run()
    if held:
        hold_engine(because="Maintenance", by=None, now=now)
    abort(journey, by=None, now=now, interface="api")

    tasks.advance()

    assert list(Entry.objects.values_list("status", "ended_at")) == [(Entry.Status.ABORTED, now)]
    assert Journey.objects.get(pk=journey.pk).swept_at
