"""Celery workers on a real Redis do what the loop does; one that is killed costs nothing but a moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import PersonScore
from journeys.engine.verify import verify
from journeys.models import Entry
from tests.factories import AccountFactory, PersonFactory, ScoreFactory
from tests.factories.maps import action, publish_map, start, wait
from tests.faults.processes import database_url, poll

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker on the Redis of REDIS_URL; `beat=True`: with the beat that wakes all."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*, beat: bool = False) -> subprocess.Popen[bytes]:
        clock = ["-B", "-s", str(tmp_path / "beat")] if beat else []
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", *clock, "-c", "1", "-l", "CRITICAL"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database_url(), "BROKER_URL": os.environ["REDIS_URL"]},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker with its children."""
    if process.poll() is None:
        os.killpg(process.pid, 9)
    process.wait()


def test_everybody_arrives_and_nothing_is_done_twice_when_a_worker_is_killed(worker: Start) -> None:
    ScoreFactory()
    for account in AccountFactory.create_batch(50):
        PersonFactory(accounts=[account])
    raised = action("raise", "change_score", score="fit", change="+5")
    journey = publish_map(start(), wait("none", minutes=0), raised)
    doomed = worker()
    worker(beat=True)

    poll(lambda: Entry.objects.filter(journey=journey).exists(), seconds=90, what="the first entry")
    end(doomed)
    done = Entry.objects.filter(journey=journey, status=Entry.Status.COMPLETED)
    poll(lambda: done.count() == 50, seconds=90, what="everybody's arrival")

    assert list(PersonScore.objects.values_list("value", flat=True)) == [5] * 50
    assert verify() == {}
