"""Where our own server lives: which folder, which socket, whose.

var/pg/18-wheel/        one per major version and kind of programs: their data differ
    users, server       locks, see lifetime.py
    log                 what the launcher and the server say
    data/               the cluster, property of the server's user
    socket/             private; in /tmp when the path is too long for a socket
    elsewhere           where data/ and socket/ are, if the server's user cannot reach this folder
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.postgres.binaries import Binaries, find
from config.postgres.elsewhere import follow, make
from config.postgres.errors import PostgresUnavailable
from config.postgres.options import Options, options_from
from config.postgres.server_user import ServerUser, give, name_of, reaches, server_user

DATABASE = "throughline"
SUPERUSER = "throughline"
PORT = "5432"  # only part of the socket's name: nothing listens on TCP
LONGEST_SOCKET = 103  # bytes; the least of what systems allow


@dataclass(frozen=True)
class Cluster:
    """All that it takes to run and to reach one server."""

    folder: Path
    home: Path
    socket: Path
    binaries: Path
    user: ServerUser
    options: Options

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def socket_file(self) -> Path:
        return self.socket / f".s.PGSQL.{PORT}"

    @property
    def log(self) -> Path:
        return self.folder / "log"


def locate(base_dir: Path, environ: Mapping[str, str]) -> Cluster:
    """The cluster of the checkout at `base_dir`, its folders made. Raises PostgresUnavailable."""
    options = options_from(environ)
    var = Path(environ.get("THROUGHLINE_VAR") or base_dir / "var").absolute()
    binaries, folder = _choose(find(environ), var / "pg", options)
    try:
        home, user = _home(_made(folder))
        socket = private_folder(_socket(home), user)
    except OSError as error:
        raise PostgresUnavailable(
            f"The folder for the database cannot be made: {error.filename}: {error.strerror}. "
            "Make the checkout's var/ writable, or set DATABASE_URL."
        ) from None
    return Cluster(folder, home, socket, binaries.folder, user, options)


def _choose(found: list[Binaries], pg: Path, options: Options) -> tuple[Binaries, Path]:
    """The best that has data here already, so that installing another PostgreSQL hides nobody's data."""
    places = [(binaries, pg / (binaries.name + options.suffix)) for binaries in found]
    used = [place for place in places if _is_used(place[1])]
    return (used or places)[0]


def _is_used(folder: Path) -> bool:
    return (folder / "data").exists() or (folder / "elsewhere").exists()


def _made(folder: Path) -> Path:
    """Make the folder and what is missing above it; the server's user can pass, whatever the umask."""
    for path, mode in ((folder.parent.parent, 0o755), (folder.parent, 0o755), (folder, 0o711)):
        if not path.exists():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(mode)
    return folder


def _home(folder: Path) -> tuple[Path, ServerUser]:
    """The folder that holds data/ and socket/, and the server's user."""
    home = follow(folder) or folder
    user = server_user(home / "data")
    if reaches(user, home):
        return home, user
    if (home / "data").exists():
        raise PostgresUnavailable(
            f"The user {user.name}, who runs the database, can no longer enter {home}. "
            "Give it back the right to pass the folders above, or set DATABASE_URL."
        )
    return make(folder), user


def _socket(home: Path) -> Path:
    near = home / "socket"
    # A comma separates hosts for PostgreSQL's clients, and cannot be escaped.
    if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET and "," not in str(near):
        return near
    # Not tempfile.gettempdir(): processes with another TMPDIR have to find the same socket.
    return Path("/tmp", "throughline-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:16])  # noqa: S108


def private_folder(folder: Path, user: ServerUser) -> Path:
    """Make `folder` for `user` alone. /tmp is everybody's, so one that somebody else made is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user.dropped and folder.lstat().st_uid == 0:
        give(folder, user)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
        raise PostgresUnavailable(
            f"{folder} should be a private folder of {user.name} for the database's socket, "
            f"but belongs to {name_of(found.st_uid)} or is open to others. Remove it."
        )
    return folder
