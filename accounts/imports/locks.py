"""Which import runs: one at a time, and only while its worker lives.

Advisory locks of the session: PostgreSQL frees them when the connection ends, however the worker died, so
nobody has to guess from a heartbeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.sql import row, sql

# Classes of the first key: see docs/architecture.md.
ONE_AT_A_TIME = 7422
OWN = 7423


@contextmanager
def held(lock_class: int, number: int = 0) -> Iterator[bool]:
    """Hold the lock while inside; False when another session has it. Waits for nobody."""
    key = number % 2**31
    answer = row(sql("SELECT pg_try_advisory_lock({class_}, {key})", class_=lock_class, key=key))
    got = bool(answer and answer[0])
    try:
        yield got
    finally:
        if got:
            row(sql("SELECT pg_advisory_unlock({class_}, {key})", class_=lock_class, key=key))


def is_alive(import_id: int) -> bool:
    """Whether some worker is at this import right now."""
    with held(OWN, import_id) as got:
        return not got
