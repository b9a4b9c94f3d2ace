"""The processes that live in a data folder, found by their working folder: a pid in a file may be reused."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from config.postgres.errors import PostgresUnavailable

POLL = 0.02  # seconds
# What a server that lost its launcher gets: time to end by itself, then ever less gentle signals. Seconds, signal.
FAREWELL = ((10.0, signal.SIGQUIT), (5.0, signal.SIGKILL), (5.0, None))


def residents(home: Path) -> list[int]:
    """The processes of a server (or of an initdb) whose data is in `home`."""
    prefix = f"{home}/data"
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                if os.readlink(f"/proc/{entry.name}/cwd").startswith(prefix):
                    found.append(int(entry.name))
    return found


def evict(home: Path) -> None:
    """Wait until nobody is left of an earlier server, then forget its pid file. Raises PostgresUnavailable.

    Only for who holds the lock `server`: whoever is found then has no launcher any more and was told to stop.
    """
    for seconds, farewell in FAREWELL:
        deadline = time.monotonic() + seconds
        while (left := residents(home)) and time.monotonic() < deadline:
            time.sleep(POLL)
        if not left:
            break
        for pid in left if farewell else ():
            with suppress(ProcessLookupError):
                os.kill(pid, farewell)
    if left:
        raise PostgresUnavailable(f"An earlier database server does not end (process {left[0]}, in {home}).")
    # Without it PostgreSQL would take any process that has the old pid by now for the old server.
    with suppress(FileNotFoundError):
        (home / "data" / "postmaster.pid").unlink()
