"""Files that several processes share, and locks on them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from config.postgres.errors import PostgresUnavailable


def open_file(path: Path, flags: int = 0) -> int:
    """A descriptor of a private file, made if missing; children lose it on exec.

    Raises PostgresUnavailable.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
    except OSError as error:
        raise PostgresUnavailable(f"{path} cannot be opened: {error.strerror}.") from None


def try_lock(descriptor: int, kind: int) -> bool:
    """Take the lock (fcntl.LOCK_SH or LOCK_EX) unless somebody is in the way."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
