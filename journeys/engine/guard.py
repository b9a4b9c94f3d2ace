"""A worker that is stopped (not dead: SIGSTOP, a swapped machine) must hold nothing for ever.

Its transaction would keep a fence, accounts and a batch from everybody. So the server ends connections of the
engine that lie idle inside a transaction, or with a batch on record, and statements that take too long; the
worker that goes on later finds its connection gone, and what it had begun was never done
(docs/engine.md, On record before it moves).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from accounts.sql import Sql, run, sql


def guard_connections() -> None:
    """From now on, for all connections of this process. For processes that run the engine."""
    connection_created.connect(_guard, dispatch_uid="journeys.engine.guard")
    if connection.connection is not None:
        _guard(connection)


def _guard(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, false),"
            " set_config('statement_timeout', %s, false)",
            [_milliseconds(settings.ENGINE_IDLE_TIMEOUT), _milliseconds(settings.ENGINE_STATEMENT_TIMEOUT)],
        )


def while_on_record() -> Sql:
    """Expressions for a SELECT: how this connection is from now until `off_record`.

    The server ends it when it lies idle. And a batch looks its few thousand rows up by their keys: with the price of
    a spinning disk the planner reads tables of some hundred thousand rows as a whole instead, batch by batch; with
    that of memory (1.1) still their indexes (docs/benchmarks.md, Plans decide).
    """
    return sql(
        "set_config('idle_session_timeout', {patience}, false), set_config('random_page_cost', '0.2', false)",
        patience=_milliseconds(settings.ENGINE_IDLE_TIMEOUT),
    )


def off_record() -> None:
    """This worker has no batch on record; its connection may lie idle, and read a table as a whole."""
    if connection.connection is not None and connection.is_usable():
        run(Sql(
            "SELECT set_config(name, CASE name WHEN 'idle_session_timeout' THEN '0' ELSE reset_val END, false)"
            " FROM pg_settings WHERE name IN ('idle_session_timeout', 'random_page_cost')"
        ))  # fmt: skip


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
