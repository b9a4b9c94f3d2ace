from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from config.postgres import place
from config.postgres.binaries import of_machine, of_wheel

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = str(Path(psycopg.__file__).parents[1])
SMALL = "shared_buffers=1MB max_connections=20 max_wal_size=64MB"

USER = """
import json, os, sys
from pathlib import Path
from config.postgres import PostgresUnavailable, database
try:
    settings = database(Path(sys.argv[1]), os.environ)
except PostgresUnavailable as error:
    sys.exit(str(error))
print(json.dumps(settings), flush=True)
exec(sys.argv[2])
sys.stdin.readline()
"""


def _eventually(holds: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `holds()` is true; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class User:
    """A process that uses the database until it is told to leave, or is killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._settings: dict[str, Any] = {}

    @property
    def settings(self) -> dict[str, Any]:
        """What database() returned, once it has."""
        if not self._settings:
            assert self.process.stdout
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self._settings = json.loads(line)
        return self._settings

    def error(self) -> str:
        """What a process says that ends because it gets no database."""
        _, said = self.process.communicate(timeout=60)
        assert self.process.returncode == 1
        return said

    def connect(self, name: str | None = None) -> psycopg.Connection:
        """A connection of the test's own, to the database or to the one of this name."""
        settings = self.settings
        return psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            user=settings["USER"],
            dbname=name or settings["NAME"],
            autocommit=True,
        )

    def query(self, sql: str) -> Any:
        """The first value of the answer."""
        with self.connect() as connection:
            cursor = connection.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def leave(self) -> None:
        assert self.settings
        self.process.communicate("\n", timeout=30)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.communicate()


class Checkout:
    """A folder with its own database, and the processes that belong to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "THROUGHLINE_PG_BIN": "wheel",
            "THROUGHLINE_PG_FSYNC": "off",
            "THROUGHLINE_PG_LINGER": "0",
            "THROUGHLINE_PG_OPTIONS": SMALL,
        }
        self.users: list[User] = []

    def user(
        self, then: str = "", uid: int | None = None, wrapper: Sequence[str] = (), **environ: str
    ) -> User:
        """Start a process that uses the database (as `uid`) and then runs the statement `then`."""
        process = subprocess.Popen(
            [*wrapper, _python_for(uid), "-c", USER, str(self.folder), then],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**self.environ, **environ, "PYTHONPATH": PACKAGES},
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
        self.users.append(User(process))
        return self.users[-1]

    def place(self, name: str = "data") -> Path | None:
        """Where data/ (or another part) is; None before it is made."""
        homes = [*(self.folder / "var" / "pg").glob("*")]
        homes += [Path(pointer.read_text().splitlines()[0]) for pointer in self._pointers()]
        return next((home / name for home in homes if (home / name).exists()), None)

    def launchers(self) -> list[psutil.Process]:
        return [one for one in self._processes() if "config.postgres.launcher" in (one.info["cmdline"] or [])]

    def servers(self) -> list[psutil.Process]:
        """The postmaster and its children."""
        return [one for one in self._processes() if one.info["name"] == "postgres"]

    def postmaster(self) -> psutil.Process:
        return next(one for one in self.servers() if "-D" in (one.info["cmdline"] or []))

    def is_quiet(self) -> bool:
        """Whether nothing of its database runs."""
        return not self.launchers() and not self.servers()

    def remove(self) -> None:
        """End what still runs, and check that it ends without more than that."""
        for user in self.users:
            user.kill()
        _eventually(self.is_quiet)
        _eventually(lambda: not [socket for socket in self.short_sockets() if socket.exists()])
        for pointer in self._pointers():
            home = Path(pointer.read_text().splitlines()[0])
            shutil.rmtree(home)
            with suppress(OSError):  # others have data there
                home.parent.rmdir()
        shutil.rmtree(self.folder)

    def short_sockets(self) -> list[Path]:
        """Where the sockets of its clusters are when its own path is too long."""
        return [place._socket(home) for home in self.folder.glob("var/pg/*") if len(str(home)) > 60]

    def _processes(self) -> list[psutil.Process]:
        homes = [str(self.folder), *(pointer.read_text().splitlines()[0] for pointer in self._pointers())]
        own = {os.getpid(), *(user.process.pid for user in self.users)}
        return [
            one
            for one in psutil.process_iter(["cmdline", "cwd", "name", "status"])
            if one.pid not in own
            and one.info["status"] != psutil.STATUS_ZOMBIE
            and any(home in " ".join([*(one.info["cmdline"] or ()), one.info["cwd"] or ""]) for home in homes)
        ]

    def _pointers(self) -> list[Path]:
        return list((self.folder / "var" / "pg").glob("*/elsewhere"))


def _fast_disk() -> str | None:
    """Memory, where there is enough of it and programs may run from it."""
    if os.access("/dev/shm", os.W_OK):
        found = os.statvfs("/dev/shm")
        if found.f_bavail * found.f_frsize > 1 << 30 and not found.f_flag & os.ST_NOEXEC:
            return "/dev/shm"
    return None


@functools.cache
def _python_for(uid: int | None) -> str:
    """An interpreter that this user can run: ours may be in root's home."""
    if uid is None:
        return sys.executable
    probe = f"import sys, config.postgres; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(PermissionError):
            environ = {"PYTHONPATH": PACKAGES}
            command = [python, "-c", probe]
            if not subprocess.run(
                command, cwd=ROOT, env=environ, user=uid, group=uid, extra_groups=[], capture_output=True
            ).returncode:
                return python
    return pytest.skip("a plain user has no Python here")


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A checkout's `var` with a cluster that was made and stopped: copying is faster than making."""
    folder = Path(tempfile.mkdtemp(prefix="tl-", dir=_fast_disk()))
    folder.chmod(0o755)
    checkout = Checkout(folder)
    checkout.user().leave()
    _eventually(checkout.is_quiet)
    yield folder / "var"
    checkout.remove()


@pytest.fixture
def make_checkout(template: Path) -> Iterator[Callable[..., Checkout]]:
    """Makes checkouts in a folder that every user can pass; afterwards nothing of them may run."""
    # Not tmp_path, which is closed to the users that the server runs as.
    top = Path(tempfile.mkdtemp(prefix="tl-", dir=_fast_disk()))
    top.chmod(0o755)
    made: list[Checkout] = []

    def make(name: str = "one", fresh: bool = False) -> Checkout:
        (top / name).mkdir(parents=True)
        if not fresh:
            subprocess.run(["cp", "-a", template, top / name], check=True)
        made.append(Checkout(top / name))
        return made[-1]

    yield make
    for checkout in made:
        checkout.remove()
    shutil.rmtree(top)


@pytest.fixture
def checkout(make_checkout: Callable[..., Checkout]) -> Checkout:
    """A checkout whose cluster is made, and not running."""
    return make_checkout()


@pytest.fixture
def fresh_checkout(make_checkout: Callable[..., Checkout]) -> Checkout:
    """A checkout without a cluster."""
    return make_checkout(fresh=True)


@pytest.fixture(params=["wheel", "machine"])
def programs(request: pytest.FixtureRequest) -> str:
    """A value of THROUGHLINE_PG_BIN for each PostgreSQL there is."""
    found = [*(of_wheel() if request.param == "wheel" else of_machine(os.environ))]
    if not found:
        pytest.skip(f"no PostgreSQL of the {request.param}")
    return str(found[0].folder)


@pytest.fixture
def kill() -> Callable[[list[psutil.Process]], None]:
    """Send SIGKILL to each."""

    def send(processes: list[psutil.Process]) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)

    return send


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Waits until something holds, with a deadline."""
    return _eventually
