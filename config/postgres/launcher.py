"""The process above our own server: starts it, and stops it when its last user has gone.

Started by spawn.py, never by hand. It belongs to no user: it has a session of its own, and nobody waits
for it. SIGTERM stops both.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.postgres.child import start
from config.postgres.errors import PostgresUnavailable
from config.postgres.initialise import initialise, programs_for
from config.postgres.locks import open_file, try_lock
from config.postgres.place import PORT, Cluster, private_folder
from config.postgres.residents import evict
from config.postgres.spawn import loads

LOOK = 0.2  # seconds between two looks for users
BROKEN = 5.0  # seconds; a server that dies sooner would die again
# Fast shutdown, then immediate, then none at all; each with the seconds it may take.
STOP = ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10))


def main() -> int:
    """Run the server of the cluster in argv[1] under the lock in argv[2] until nobody needs it."""
    cluster, lock = loads(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(lock, False)
    if os.fork():
        return 0  # whoever started us has no child to wait for
    os.chdir("/")
    # Whoever started us may ignore it, and then no child could be awaited.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _told)
    try:
        # Again, because the launcher before us may just have removed it.
        private_folder(cluster.socket, cluster.user)
        return _keep_up(cluster)
    except (PostgresUnavailable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        if cluster.socket.parent != cluster.home:
            cluster.socket.rmdir()


def _keep_up(cluster: Cluster) -> int:
    programs = programs_for(cluster)
    initialise(cluster, programs)
    users = open_file(cluster.folder / "users")
    while True:
        started = time.monotonic()
        if _serve(cluster, programs, users):
            return 0
        if time.monotonic() - started < BROKEN:
            return 1
        evict(cluster)  # the server was killed; its users still need one


def _serve(cluster: Cluster, programs: Path, users: int) -> bool:
    """Run the server. True: it was stopped for want of users, and has none until we end. False: it died."""
    server = start(_command(cluster, programs), cluster.user, signal.SIGINT, subprocess.DEVNULL)
    alone_since = None
    try:
        while server.poll() is None:
            if not try_lock(users, fcntl.LOCK_EX):
                alone_since = None
            else:
                alone_since = alone_since or time.monotonic()
                if time.monotonic() - alone_since >= cluster.options.linger:
                    return True
                fcntl.flock(users, fcntl.LOCK_UN)
            time.sleep(LOOK)
        return False
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[str]) -> None:
    for farewell, seconds in STOP:
        if server.poll() is None:
            server.send_signal(farewell)
            try:
                server.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


def _command(cluster: Cluster, programs: Path) -> list[str]:
    quoted = str(cluster.socket).replace('"', '""')
    settings = {"port": PORT, "unix_socket_directories": f'"{quoted}"', **dict(cluster.options.settings)}
    return [
        str(programs / "postgres"),
        *("-D", str(cluster.data)),
        *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
    ]


def _told(*_: object) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
