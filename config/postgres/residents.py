"""The processes that live in a data folder, found by their working folder: a pid in a file may be reused."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from config.postgres.errors import PostgresUnavailable
from config.postgres.place import Cluster

SERVERS = ("postgres\n", "initdb\n")
POLL = 0.02  # seconds
# (seconds, signal): a server without a launcher gets time to end by itself, then is told ever less gently.
FAREWELL: tuple[tuple[float, int], ...] = ((10.0, signal.SIGQUIT), (5.0, signal.SIGKILL), (5.0, 0))


def residents(home: Path) -> list[int]:
    """The processes of a server (or of an initdb) whose data is in `home`."""
    prefix = os.path.realpath(home / "data")  # "data" itself and the drafts beside it
    return [int(process.name) for process in Path("/proc").iterdir() if _lives_in(process, prefix)]


def _lives_in(process: Path, prefix: str) -> bool:
    """Whether it is a server's process; a shell that somebody left in the folder is none."""
    with suppress(OSError):
        if process.name.isdigit() and (process / "comm").read_text() in SERVERS:
            return os.readlink(process / "cwd").startswith(prefix)
    return False


def evict(cluster: Cluster) -> None:
    """Wait until nobody is left of an earlier server, then forget its pid files. Raises PostgresUnavailable.

    Only for who holds the lock `server`: whoever is found then has no launcher any more and was told to stop.
    """
    for seconds, farewell in FAREWELL:
        deadline = time.monotonic() + seconds
        while (left := residents(cluster.home)) and time.monotonic() < deadline:
            time.sleep(POLL)
        if not left:
            break
        for pid in left:  # signal 0 does nothing
            with suppress(ProcessLookupError):
                os.kill(pid, farewell)
    if left:
        raise PostgresUnavailable(f"An earlier database server does not end: process {left[0]}.")
    # They hold its pid, which PostgreSQL would take for a live server's if any process has it by now, or if
    # nobody collects dead processes, as in a container without an init.
    for file in (cluster.data / "postmaster.pid", cluster.socket_file, Path(f"{cluster.socket_file}.lock")):
        file.unlink(missing_ok=True)
