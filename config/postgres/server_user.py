"""Who runs the server: PostgreSQL refuses root, so root hands over to `postgres` or `nobody`."""

from __future__ import annotations

import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.postgres.errors import PostgresUnavailable


@dataclass(frozen=True)
class ServerUser:
    """The user that owns the data and runs the server; `dropped` when it is not the one that calls."""

    uid: int
    gid: int
    dropped: bool

    @property
    def name(self) -> str:
        return name_of(self.uid)


def server_user(data: Path) -> ServerUser:
    """For root the owner of the data, else `postgres`, else `nobody`; for anybody else themselves.

    Raises PostgresUnavailable if the data belongs to another user.
    """
    owner = _owner(data)
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise PostgresUnavailable(
                f"The database in {data} belongs to the user {name_of(owner or 0)}. "
                f"Run as root or as that user, or use a checkout of your own, or set DATABASE_URL."
            )
        return ServerUser(os.geteuid(), os.getegid(), dropped=False)
    entry = _entry(owner) if owner else _first_of("postgres", "nobody")
    return ServerUser(entry.pw_uid, entry.pw_gid, dropped=True)


def reaches(user: ServerUser, path: Path) -> bool:
    """Whether `user` may enter the folder (or run the program); never made so by a chmod of folders not ours.

    Raises PostgresUnavailable if root may not become `user`.
    """
    if not user.dropped:
        return True
    test = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    try:
        answer = subprocess.run(  # noqa: S603
            test, user=user.uid, group=user.gid, extra_groups=[], cwd="/", check=False
        )
    except PermissionError:
        raise PostgresUnavailable(
            f"PostgreSQL does not run as root, and root may not become {user.name} here (a container "
            "without the capability SETUID?). Run as a plain user, or set DATABASE_URL."
        ) from None
    return answer.returncode == 0


def give(path: Path, user: ServerUser) -> None:
    """Make `path` the property of `user`."""
    if user.dropped:
        os.chown(path, user.uid, user.gid)


def name_of(uid: int) -> str:
    """The name of a user, or its number if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _owner(data: Path) -> int | None:
    try:
        return data.stat().st_uid
    except (FileNotFoundError, PermissionError):
        return None


def _entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise PostgresUnavailable(
            f"The database belongs to user number {uid}, who is unknown on this machine. Set DATABASE_URL."
        ) from None


def _first_of(*names: str) -> pwd.struct_passwd:
    for name in names:
        with suppress(KeyError):
            if (entry := pwd.getpwnam(name)).pw_uid != 0:
                return entry
    raise PostgresUnavailable(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody. "
        "Run as a plain user, or set DATABASE_URL."
    )
