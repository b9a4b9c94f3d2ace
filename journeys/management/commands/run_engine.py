from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.utils import Error as DatabaseError

from accounts.imports.run import run_next
from journeys import rounds
from journeys.engine.guard import guard_connections
from journeys.engine.poison import is_of_the_moment
from journeys.engine.state import assert_read_committed
from journeys.engine.worker import Clock, Worker


class Duty(Protocol):
    def __call__(self, clock: Clock, stopped: Callable[[], bool], /) -> object: ...


def _import(clock: Clock, stopped: Callable[[], bool]) -> None:
    run_next(clock=clock)


def _keep_buying_groups(clock: Clock, stopped: Callable[[], bool]) -> None:
    rounds.keep_buying_groups(clock, until=stopped)


def _tidy(clock: Clock, stopped: Callable[[], bool]) -> None:
    rounds.tidy(clock)


class Command(BaseCommand):
    """The engine in a plain loop, without a broker. Any number may run, beside Celery workers too."""

    help = "Move what is due, again and again, until it is stopped (Ctrl-C, or SIGTERM)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Go round until nothing is due, then stop.")
        parser.add_argument("--pause", type=float, default=0.5, help="Seconds to rest when nothing is due.")

    def handle(self, *, once: bool, pause: float, **options: Any) -> None:
        guard_connections()
        worker = Worker(size=settings.ENGINE_BATCH_SIZE)
        if once:
            self._once(worker)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        for duty in (_import, _keep_buying_groups, _tidy):
            threading.Thread(target=self._beside, args=(duty, worker.clock, stop), daemon=True).start()
        while not stop.is_set():
            if not self._round(worker, stop):
                stop.wait(pause)

    def _beside(self, duty: Duty, clock: Clock, stop: threading.Event) -> None:
        """Do something again and again on a connection of its own: what is due must not wait for it."""
        while not stop.wait(1):
            try:
                duty(clock, stop.is_set)
            except DatabaseError as error:
                self.stderr.write(f"The database did not answer, it is tried again: {error}")
                connection.close()

    def _once(self, worker: Worker) -> None:
        assert_read_committed()
        while run_next(clock=worker.clock):
            pass
        entered = moved = visits = 0
        while done := rounds.go_round(worker):
            entered, moved, visits = entered + done.entered, moved + done.moved, visits + done.visits
        self.stdout.write(f"entered={entered} moved={moved} visits={visits}")

    def _round(self, worker: Worker, stop: threading.Event) -> bool:
        """One round; whether it had anything to do. A lost connection is made anew by the next one."""
        try:
            assert_read_committed()
            return bool(rounds.advance(worker, until=stop.is_set))
        except DatabaseError as error:
            if not is_of_the_moment(error):
                raise
            self.stderr.write(f"The database did not answer, trying again: {error}")
            connection.close()
            return False
