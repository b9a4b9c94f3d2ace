from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import BoundedSemaphore

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
# An id that nothing has: the sequences of a database that tests share do not get there.
NO_ID = 2**31 - 1


@pytest.fixture
def now() -> datetime:
    """The instant at which a test happens: a Monday morning in March 2027."""
    return NOW


@pytest.fixture(autouse=True)
def turns_of_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that does not read its export to the end keeps no other test from exporting."""
    turns = BoundedSemaphore(settings.EXPORTS_AT_ONCE)
    monkeypatch.setattr("accounts.admin.download._turns", turns)


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """How many statements a call sends."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
