"""Starting the launcher, and what is handed to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from config.postgres.errors import PostgresUnavailable
from config.postgres.locks import open_file
from config.postgres.options import Options
from config.postgres.place import Cluster
from config.postgres.server_user import ServerUser

ROOT = Path(__file__).resolve().parents[2]
LONGEST_LOG = 10_000_000  # bytes; a longer one is put aside, and the one put aside before is lost
KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME")  # the launcher needs no secrets


def spawn(cluster: Cluster, lock: int) -> int:
    """Start a launcher that inherits `lock`; returns the length of the log before it wrote anything."""
    if not sys.platform.startswith("linux"):
        raise PostgresUnavailable("A database of our own is started on Linux only. Set DATABASE_URL.")
    log = _open_log(cluster)
    try:
        length = os.fstat(log).st_size
        subprocess.run(  # noqa: S603
            [_python(), "-m", "config.postgres.launcher", dumps(cluster), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=_environ(),
            pass_fds=[lock],
            start_new_session=True,
            check=False,  # it detaches at once; whether it works shows in the lock and the socket
        )
    finally:
        os.close(log)
    return length


def dumps(cluster: Cluster) -> str:
    """The cluster as text for a command line."""
    return json.dumps(asdict(cluster), default=str)


def loads(text: str) -> Cluster:
    """The cluster that `dumps` wrote."""
    values = json.loads(text)
    settings = tuple((name, value) for name, value in values["options"].pop("settings"))
    return Cluster(
        **{name: Path(values[name]) for name in ("folder", "home", "socket", "binaries")},
        user=ServerUser(**values["user"]),
        options=Options(**values["options"], settings=settings),
    )


def _environ() -> dict[str, str]:
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)  # it has to import what we import
    return {"PYTHONPATH": path, **{name: os.environ[name] for name in KEPT if name in os.environ}}


def _open_log(cluster: Cluster) -> int:
    if cluster.log.exists() and cluster.log.stat().st_size > LONGEST_LOG:
        cluster.log.replace(cluster.log.with_name("log.1"))
    return open_file(cluster.log, os.O_APPEND)


def _python() -> str:
    """The interpreter; sys.executable is another program where Python is embedded (uWSGI)."""
    program = Path(sys.prefix, "bin", "python3")
    return str(program) if program.exists() else sys.executable
