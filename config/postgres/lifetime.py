"""Who uses the server, and who starts it. Two locks (flock, which ends with its process, kill -9 included):

    users   shared by every process that uses the server, for its life; the launcher takes it exclusively to
            stop the server, so nobody gets a server that is being stopped
    server  held by the launcher for its life; whoever gets it starts a launcher, which inherits it

A forked child shares the descriptors of its parent and so counts as a user until it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import psycopg

from config.postgres.errors import PostgresUnavailable
from config.postgres.locks import open_file, try_lock
from config.postgres.place import DATABASE, PORT, SUPERUSER, Cluster
from config.postgres.residents import POLL, evict
from config.postgres.spawn import spawn

PATIENCE = 120.0  # seconds; a recovery after a crash reads up to max_wal_size of log

# Descriptors on `users`, by folder; a process that uses the server never closes its own.
_held: dict[Path, int] = {}


def use(cluster: Cluster) -> None:
    """Keep the cluster's server up until this process ends, and start it if it is down.

    Raises PostgresUnavailable.
    """
    deadline = time.monotonic() + PATIENCE
    if cluster.folder not in _held:
        _held[cluster.folder] = _wait_for_users_lock(cluster, deadline)
    try:
        _wait_until_up(cluster, deadline)
    except PostgresUnavailable:
        os.close(_held.pop(cluster.folder))
        raise


def _wait_for_users_lock(cluster: Cluster, deadline: float) -> int:
    descriptor = open_file(cluster.folder / "users")
    while not try_lock(descriptor, fcntl.LOCK_SH):
        if time.monotonic() > deadline:
            os.close(descriptor)
            raise PostgresUnavailable(f"The database in {cluster.folder} does not end its shutdown.")
        time.sleep(POLL)
    return descriptor


def _wait_until_up(cluster: Cluster, deadline: float) -> None:
    started_at = None  # the length of the log when we started a launcher
    while True:
        if (lock := _lock_if_down(cluster)) is not None:
            with os.fdopen(lock):
                if started_at is not None:
                    raise PostgresUnavailable(_failure(cluster, started_at))
                evict(cluster)
                started_at = spawn(cluster, lock)
        if not (problem := _problem(cluster)):
            return
        if time.monotonic() > deadline:
            raise PostgresUnavailable(
                f"The database does not answer in {PATIENCE:.0f} s: {problem}. More is in {cluster.log}."
            )
        time.sleep(POLL)


def _lock_if_down(cluster: Cluster) -> int | None:
    """The lock `server`, if no launcher has it."""
    descriptor = open_file(cluster.folder / "server")
    if try_lock(descriptor, fcntl.LOCK_EX):
        return descriptor
    os.close(descriptor)
    return None


def _problem(cluster: Cluster) -> str:
    """Why the server does not answer yet; nothing if it does."""
    if not cluster.socket_file.exists():
        return "there is no socket"
    try:
        with psycopg.connect(
            host=str(cluster.socket), port=PORT, user=SUPERUSER, dbname=DATABASE, connect_timeout=5
        ) as connection:
            folds = connection.execute("SELECT lower('Ä') = 'ä'").fetchone()
    except psycopg.OperationalError as error:
        if f'database "{DATABASE}" does not exist' in str(error):  # dropped by hand: waiting does not help
            raise PostgresUnavailable(
                f"The database {DATABASE} was dropped. Make it: psql -h {cluster.socket} -U {SUPERUSER} "
                f"-d postgres -c 'CREATE DATABASE {DATABASE}', or remove {cluster.data} to start afresh."
            ) from None
        return str(error)
    if folds != (True,):
        raise PostgresUnavailable(
            f"The database in {cluster.data} does not fold case: lower('Ä') is not 'ä'."
        )
    return ""


def _failure(cluster: Cluster, since: int) -> str:
    with cluster.log.open("rb") as log:
        log.seek(since)
        said = log.read().decode(errors="replace").strip().splitlines()
    return "\n    ".join(["The database could not be started:", *said[-8:], f"More is in {cluster.log}."])
