from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg.errors
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.imports import accounts, commit
from accounts.models import Account, Import, ImportProblem
from tests.accounts.imports.conftest import ImportCsv, figures
from tests.factories import AccountFactory, PersonFactory

CONTENT = "external_id,name\nA1,Acme\nB1,\n"


def failing(times: int, error: Exception) -> Callable[..., Any]:
    """The store of accounts, after so many failures at its end."""
    left = [error] * times

    def store(*args: Any, **kwargs: Any) -> Any:
        stored = accounts.store(*args, **kwargs)
        if left:
            raise left.pop()
        return stored

    return store


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


class Stores:
    """Stands in for the module `accounts.imports.accounts`."""

    def __init__(self, store: Callable[..., Any]) -> None:
        self.store = store


class TestCommit:
    def test_a_chunk_that_fails_leaves_nothing_behind(
        self, import_csv: ImportCsv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(commit, "accounts", Stores(failing(1, RuntimeError("disk full"))))

        job = import_csv("accounts", CONTENT)

        assert (job.status, figures(job), job.rows) == (Import.Status.FAILED, (0, 0, 0, 0), 0)
        assert (Account.objects.count(), ImportProblem.objects.count()) == (0, 0)

    def test_a_deadlock_is_tried_again_and_nothing_is_counted_twice(
        self, import_csv: ImportCsv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(commit, "accounts", Stores(failing(2, deadlock())))

        job = import_csv("accounts", CONTENT)

        assert (job.status, figures(job), job.rows) == (Import.Status.DONE, (1, 0, 0, 1), 2)
        assert (Account.objects.count(), job.problems.count()) == (1, 1)

    def test_three_deadlocks_in_a_row_fail_the_import(
        self, import_csv: ImportCsv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(commit, "accounts", Stores(failing(3, deadlock())))

        assert import_csv("accounts", CONTENT).status == Import.Status.FAILED

    def test_locks_accounts_before_people_each_by_id(self, import_csv: ImportCsv) -> None:
        """docs/engine.md, The order of locks."""
        PersonFactory(email="anna@acme.com", accounts=[AccountFactory()])

        with CaptureQueriesContext(connection) as queries:
            import_csv("people", "email,city\nanna@acme.com,Bonn\n")

        said = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
        locking = [sql for sql in said if "accounts_import" not in sql]
        assert [sql.split()[3] for sql in locking] == ["accounts_account", "accounts_person"]
        assert all("ORDER BY id FOR NO KEY UPDATE" in sql for sql in locking)
