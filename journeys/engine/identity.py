"""Is this still the database that the engine ran on? A restored or cloned one is held until staff resume it.

It would move everybody again from where the backup stood: mails of hours ago, twice. The cluster's number and
the database's tell a copy; a transaction number that went back tells an older state of the same.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from django.db import transaction

from accounts.sql import Row, row, run, sql

BECAUSE = "This database is a restored or cloned copy. Check it, then run “manage.py resume_engine”."


class Found(Enum):
    """How the engine may go on here."""

    WELL = "well"
    HELD = "held by staff"
    COPY = "a copy that nobody has resumed"


def check(now: datetime) -> bool:
    """Hold the engine if the database is a copy; else note that the engine went round. True: all is well."""
    return look(now) is Found.WELL


@transaction.atomic
def look(now: datetime) -> Found:
    """As `check`, and why not: a copy is one, whoever else holds it."""
    run(
        sql(
            "INSERT INTO journeys_enginestate (id, identity, last_xid, held_because)"
            " VALUES (1, '', 0, '') ON CONFLICT DO NOTHING"
        )
    )
    known = row(
        sql(
            "SELECT identity, last_xid, held_at IS NOT NULL FROM journeys_enginestate WHERE id = 1 FOR NO KEY UPDATE"
        )
    )
    assert known is not None  # noqa: S101 - inserted above
    identity, xid = current()
    if _differs(known, identity, xid):
        run(sql(
            "UPDATE journeys_enginestate SET held_at = {now}, held_by_id = NULL, held_because = {why}"
            " WHERE id = 1 AND held_at IS NULL",
            now=now, why=BECAUSE,
        ))  # fmt: skip
        return Found.COPY
    run(sql(
        "UPDATE journeys_enginestate SET identity = {identity}, last_xid = {xid}, last_round_at = {now} WHERE id = 1",
        identity=identity, xid=xid, now=now,
    ))  # fmt: skip
    return Found.HELD if known[2] else Found.WELL


def is_copy() -> bool:
    """Whether nobody has resumed this copy yet; notes nothing."""
    known = row(sql("SELECT identity, last_xid FROM journeys_enginestate WHERE id = 1"))
    return known is not None and _differs(known, *current())


def _differs(known: Row, identity: str, xid: int) -> bool:
    """Another database than the engine ran on, or an older state of the same."""
    return bool(known[0]) and (known[0] != identity or known[1] > xid)


def current() -> tuple[str, int]:
    """Which cluster and database this is, and its transaction number."""
    found = row(sql(
        "SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' || oid::text,"
        " pg_current_xact_id()::text::bigint FROM pg_database WHERE datname = current_database()"
    ))  # fmt: skip
    assert found is not None  # noqa: S101 - the current database is in the catalogue
    return str(found[0]), int(found[1])


@transaction.atomic
def accept() -> None:
    """Take the database as it is now for the one that the engine runs on, and release the hold."""
    identity, xid = current()
    run(sql(
        "INSERT INTO journeys_enginestate (id, identity, last_xid, held_because) VALUES (1, {identity}, {xid}, '')"
        " ON CONFLICT (id) DO UPDATE SET identity = EXCLUDED.identity, last_xid = EXCLUDED.last_xid,"
        " held_at = NULL, held_by_id = NULL, held_because = ''",
        identity=identity, xid=xid,
    ))  # fmt: skip
