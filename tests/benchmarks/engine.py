"""The engine under measurement: a worker whose batches stay as large as asked, however busy the machine is."""

from __future__ import annotations

from django.test.utils import override_settings

from journeys.engine.worker import Worker
from tests.benchmarks.world import BATCH, clock


class SteadyWorker(Worker):
    """Does not make batches smaller when other programs slow it down."""

    def _adapt(self, journey_id: int, seconds: float, picked: int) -> None:
        pass


def move_all(*, events: bool) -> None:
    """Move everybody who is due, as `run_engine` does."""
    with override_settings(RECORD_EVENTS=events):
        SteadyWorker(clock=clock, size=BATCH).move_due()
