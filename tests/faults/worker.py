"""Worker processes for tests that kill them for real: `python -m tests.faults.worker`, with DATABASE_URL.

This process never connects to the database. It reads a JSON object a line from stdin, forks a child that does
what it says, and answers with a JSON object a line; so a worker is there in a few milliseconds.

    {"do": "move", "at": "after:claim", "now": "2027-03-01T09:00:00+00:00"}   → {"signal": 9}, when it is over
    {"do": "keep", "run": 7, "at": "before:commit", "now": …, "size": 5}     → the same, of a run of buying groups
    {"do": "stop", "at": "before:commit", "now": …, "idle": 1}               → {"pid": 123}, when it stands still
    {"do": "go_on", "pid": 123}                                              → {"code": 0}, when it is over
    {"do": "engine", "size": 500}                                            → {"pid": 123}, at once
    {"do": "reap"}                                                           → {"ended": [[123, 9]]}
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from datetime import datetime
from typing import Any, NoReturn

import django


def main() -> None:
    django.setup()
    # All modules once, before the forks.
    import journeys.tasks  # noqa: F401, PLC0415

    for line in sys.stdin:
        answer = DOES[(order := json.loads(line)).pop("do")](**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def move(**order: Any) -> dict[str, int]:
    """A worker moves what is due, and kills itself at a point; which signal ended it (0: it came to the end)."""
    return _ended(_move, **order)


def keep(**order: Any) -> dict[str, int]:
    """A worker goes on with a run of buying groups, and kills itself when it comes to a point for the second time."""
    return _ended(_keep, **order)


def _ended(act: Any, **order: Any) -> dict[str, int]:
    pid = os.fork()
    if not pid:
        _as_child(act, **order)
    _, status = os.waitpid(pid, 0)
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "code": os.waitstatus_to_exitcode(status),
    }


def _move(*, at: str, now: str, size: int = 5_000) -> None:
    from journeys.engine.worker import Worker  # noqa: PLC0415

    def fail(point: str) -> None:
        if point == at:
            os.kill(os.getpid(), signal.SIGKILL)

    moment = datetime.fromisoformat(now)
    Worker(clock=lambda: moment, size=size, fail=fail).move_due()


def _keep(*, run: int, at: str, now: str, size: int) -> None:
    from accounts.imports.locks import held  # noqa: PLC0415
    from buying_groups import rounds  # noqa: PLC0415
    from buying_groups.models import JobRun  # noqa: PLC0415

    moment, points = datetime.fromisoformat(now), list[str]()

    def fail(point: str) -> None:
        points.append(point)
        if points.count(at) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    with held(rounds.LOCK_CLASS, run):
        job_run = JobRun.objects.get(pk=run)
        rounds.WORK[job_run.kind](job_run, lambda: moment, lambda: False, size=size, fail=fail)  # type: ignore[call-arg]


def stop(**order: Any) -> dict[str, int]:
    """A worker moves what is due, and stops itself at a point."""
    pid = os.fork()
    if not pid:
        _as_child(_stop, **order)
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    return {"pid": pid}


def _stop(*, at: str, now: str, idle: float) -> None:
    from django.conf import settings  # noqa: PLC0415

    from journeys.engine.guard import guard_connections  # noqa: PLC0415
    from journeys.engine.worker import Worker  # noqa: PLC0415

    stopped: list[str] = []

    def fail(point: str) -> None:
        if point == at and not stopped:
            stopped.append(point)
            os.kill(os.getpid(), signal.SIGSTOP)

    settings.ENGINE_IDLE_TIMEOUT = idle
    guard_connections()
    moment = datetime.fromisoformat(now)
    Worker(clock=lambda: moment, fail=fail).move_due()


def go_on(pid: int) -> dict[str, int]:
    """The stopped worker goes on, to its end."""
    os.kill(pid, signal.SIGCONT)
    _, status = os.waitpid(pid, 0)
    return {"code": os.waitstatus_to_exitcode(status)}


def engine(**order: Any) -> dict[str, int]:
    """The engine in its loop, until it is killed."""
    pid = os.fork()
    if not pid:
        _as_child(_engine, **order)
    return {"pid": pid}


def _engine(*, size: int, idle: float, pause: float) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    # By this name the server shows its connection.
    os.environ["PGAPPNAME"] = f"engine {os.getpid()}"
    settings.ENGINE_BATCH_SIZE = size
    settings.ENGINE_IDLE_TIMEOUT = idle
    call_command("run_engine", pause=pause)


def reap() -> dict[str, list[tuple[int, int]]]:
    """The children that have ended: pid and exit code (negative: the signal)."""
    ended = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if not pid:
            break
        ended.append((pid, os.waitstatus_to_exitcode(status)))
    return {"ended": ended}


def _as_child(act: Any, **order: Any) -> NoReturn:
    """Never back into the parent's loop; output goes to stderr, stdin and stdout belong to the parent."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    try:
        act(**order)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


DOES: dict[str, Any] = {
    "move": move,
    "keep": keep,
    "stop": stop,
    "go_on": go_on,
    "engine": engine,
    "reap": reap,
}

if __name__ == "__main__":
    main()
