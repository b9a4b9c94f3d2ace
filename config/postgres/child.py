"""Child processes of the launcher: they run as the server's user and die with the launcher."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from typing import IO

from config.postgres.server_user import ServerUser

PR_SET_PDEATHSIG = 1
# Of the environment; PGDATA and its like would change what the server does.
KEPT = ("PATH", "LD_LIBRARY_PATH")

_libc = ctypes.CDLL(None, use_errno=True)


def start(
    command: list[str], user: ServerUser, on_death: signal.Signals, stdin: int | IO[str]
) -> subprocess.Popen[str]:
    """Start `command`, which gets `on_death` when the thread that called this ends, however it ends.

    Call it from the main thread, and from a process without others: the child runs Python before it execs.
    """
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=stdin,
        text=True,
        cwd="/",
        env={**environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        preexec_fn=_prepare(user, on_death, os.getpid()),
    )


def run(command: list[str], user: ServerUser, text: str = "") -> int:
    """Run `command` to its end with `text` as its input; returns its exit code."""
    with start(command, user, signal.SIGKILL, subprocess.PIPE) as process:
        process.communicate(text)
    return process.returncode


def _prepare(user: ServerUser, on_death: signal.Signals, launcher: int) -> Callable[[], None]:
    def prepare() -> None:
        if user.dropped:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        # After setuid, which would clear it.
        if _libc.prctl(PR_SET_PDEATHSIG, int(on_death), 0, 0, 0) != 0 or os.getppid() != launcher:
            os._exit(1)  # the launcher died before it could be watched

    return prepare
