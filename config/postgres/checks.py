"""Refuses a database that Throughline would compute wrong results on, before it does.

For an AppConfig's ready(): `register(check_database, Tags.database)`. Settings never import this module:
it needs Django's connections.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.postgres.binaries import OLDEST


def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Problems of the databases with these aliases; Django runs it for `migrate` and `check --database`."""
    return [problem for alias in databases or () for problem in _problems(connections[alias])]


def _problems(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    if connection.vendor != "postgresql":
        return [
            _error(connection, 1, "is not PostgreSQL", f"Point DATABASE_URL to PostgreSQL {OLDEST} or later.")
        ]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000, lower('Ä') = 'ä'")
            major, folds = cursor.fetchone()
    except DatabaseError as error:  # also what Django raises for a server that is too old for itself
        return [_error(connection, 4, f"cannot be used: {error}", "Check DATABASE_URL and the server.")]
    return [*_of_version(connection, major), *_of_folding(connection, folds)]


def _of_version(connection: BaseDatabaseWrapper, major: int) -> list[CheckMessage]:
    if major >= OLDEST:
        return []
    hint = "Upgrade the server, or unset DATABASE_URL to use one that Throughline starts for itself."
    return [_error(connection, 2, f"runs on PostgreSQL {major}; {OLDEST} or later is needed", hint)]


def _of_folding(connection: BaseDatabaseWrapper, folds: bool) -> list[CheckMessage]:
    if folds:
        return []
    hint = (
        "Create it with a locale that does: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' "
        "LOCALE 'C.UTF-8'. Names and conditions that ignore case would miss accounts."
    )
    return [_error(connection, 3, "does not fold case (lower('Ä') is not 'ä')", hint)]


def _error(connection: BaseDatabaseWrapper, number: int, what: str, hint: str) -> CheckMessage:
    return Error(f"The database {connection.alias!r} {what}.", hint=hint, id=f"throughline.E{number:03}")
