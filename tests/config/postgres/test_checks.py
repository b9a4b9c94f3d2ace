from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import OperationalError

from config.postgres import checks
from config.postgres.checks import check_database


class FakeConnection:
    """A connection whose server gives one answer, or none."""

    alias = "default"

    def __init__(self, answer=None, vendor="postgresql"):
        self.answer, self.vendor = answer, vendor

    @contextmanager
    def cursor(self):
        if self.answer is None:
            raise OperationalError("connection refused")
        yield self

    def execute(self, sql):
        assert "server_version_num" in sql

    def fetchone(self):
        return self.answer


class RealConnection:
    """What the check needs of Django's connection, around one of the driver."""

    alias, vendor = "default", "postgresql"

    def __init__(self, connection):
        self.cursor = connection.cursor


@pytest.fixture
def ids(monkeypatch):
    """The ids of the problems that a connection has."""

    def check(connection):
        monkeypatch.setattr(checks, "connections", {"default": connection})
        return [problem.id for problem in check_database(None, databases=["default"])]

    return check


class TestCheckDatabase:
    def test_passes_our_own_database_and_refuses_one_that_does_not_fold(self, ids, checkout):
        with checkout.user().connect() as connection:
            connection.execute("CREATE DATABASE plain TEMPLATE template0 LOCALE 'C'")

        with checkout.users[0].connect() as ours, checkout.users[0].connect("plain") as plain:
            assert ids(RealConnection(ours)) == []
            assert ids(RealConnection(plain)) == ["throughline.E003"]

    @pytest.mark.parametrize(
        ("connection", "expected"),
        [
            (FakeConnection((15, True)), []),
            (FakeConnection((14, True)), ["throughline.E002"]),
            (FakeConnection((16, False)), ["throughline.E003"]),
            (FakeConnection((14, False)), ["throughline.E002", "throughline.E003"]),
            (FakeConnection(), ["throughline.E004"]),
            (FakeConnection(vendor="sqlite"), ["throughline.E001"]),
        ],
    )
    def test_names_each_problem(self, ids, connection, expected):
        assert ids(connection) == expected

    def test_looks_at_no_database_unless_told_to(self):
        assert check_database(None, databases=None) == []
