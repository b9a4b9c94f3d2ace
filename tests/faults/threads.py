"""Several at once: threads with connections of their own, that meet where a test wants them to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.sql import Sql, run
from tests.faults.processes import count, poll

WAIT = 30


class Together:
    """Runs acts in threads. `with Together() as t: a = t.start(act)`; their errors are raised at the end."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=8)
        self.started: list[Future[Any]] = []

    def start(self, act: Callable[..., Any], *given: Any, **named: Any) -> Future[Any]:
        def run() -> Any:
            try:
                return act(*given, **named)
            finally:
                connection.close()

        future = self.pool.submit(run)
        self.started.append(future)
        return future

    def __enter__(self) -> Together:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=True)
        for future in self.started:
            future.result(0)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run them from one moment on; what each returned, or the exception that it raised."""
    barrier = threading.Barrier(len(acts), timeout=WAIT)

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except Exception as error:
            return error

    with Together() as threads:
        found = [threads.start(run, act) for act in acts]
    return [future.result() for future in found]


class Gate:
    """A place at which one thread stops until the test lets it go on. As a fail point: `Gate("before:commit")`."""

    def __init__(self, point: str = "") -> None:
        self.point = point
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, point: str = "") -> None:
        if point == self.point and not self.reached.is_set():
            self.reached.set()
            assert self.opened.wait(WAIT)

    def wait(self) -> None:
        """Until somebody stands there."""
        assert self.reached.wait(WAIT)

    def open(self) -> None:
        self.opened.set()


@contextmanager
def held(gate: Gate):  # type: ignore[no-untyped-def]
    """Somebody stands at the gate while the block runs, and goes on afterwards, whatever happens in it."""
    try:
        gate.wait()
        yield
    finally:
        gate.open()


WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def somebody_waits() -> None:
    """Return as soon as one connection waits for a lock that another one has."""

    def does() -> int:
        # A transaction sees who is active as it was when it first asked.
        run(Sql("SELECT pg_stat_clear_snapshot()"))
        return count(WAITING)

    poll(does, what="somebody who waits for a lock")
