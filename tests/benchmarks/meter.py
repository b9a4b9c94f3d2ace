"""What a piece of work costs: CPU of the cluster and of its clients, bytes of WAL, pages looked at, wall time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time

from django.db import connection

TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU and of wall time, bytes of WAL, buffers (pages of 8 KB, hit or read)."""

    cpu: float
    client_cpu: float
    wal: int
    buffers: int
    wall: float


class Meter:
    """Measures work in this process against the cluster in a data folder."""

    def __init__(self, data: Path) -> None:
        self.postmaster = int((data / "postmaster.pid").read_text().split()[0])

    def cost(self, work: Callable[[], object], *, children: bool = False) -> Cost:
        """Do the work and say what it cost. `children`: it starts processes, whose CPU counts as the client's."""
        before, began = self._read(children), monotonic()
        work()
        wall, after = monotonic() - began, self._read(children)
        server, client, wal, buffers = (b - a for a, b in zip(before, after, strict=True))
        return Cost(server + client, client, int(wal), int(buffers), wall)

    def _read(self, children: bool) -> tuple[float, float, float, float]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute(
                "SELECT pg_current_wal_insert_lsn() - '0/0', blks_hit + blks_read FROM pg_stat_database"
                " WHERE datname = current_database()"
            )
            wal, buffers = cursor.fetchone()
        times = os.times()
        client = process_time() + (times.children_user + times.children_system if children else 0)
        return self._server_cpu(), client, float(wal), float(buffers)

    def _server_cpu(self) -> float:
        """Of every process of the cluster, those that have ended included (their parent has inherited them)."""
        total = 0.0
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (fields := _stat(folder)) is not None:
                if int(folder.name) == self.postmaster:
                    total += sum(int(field) for field in fields[11:15])
                elif int(fields[1]) == self.postmaster:
                    total += sum(int(field) for field in fields[11:13])
        return total * TICK


def _stat(folder: Path) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: state, parent …; utime, stime, cutime, cstime are 11 to 14."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
