from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from accounts.events import Source
from accounts.models import Account, Event, EventType
from accounts.sql import Sql, row, rows, sql
from actions.base import Batch, Outcome, outcome_columns

HERE = 7
"""The id of the journey that the batches of these tests are in."""


@dataclass
class FakeJourneys:
    """Journeys as an action sees them: notes what it is asked, and says that it was done for all."""

    asked: list[tuple[str, int | None, list[int]]] = field(default_factory=list)

    def enter(self, journey_id: int | None, subject: Sql) -> Outcome:
        return self._note("enter", journey_id, subject)

    def remove(self, journey_id: int | None, subject: Sql) -> Outcome:
        return self._note("remove", journey_id, subject)

    def _note(self, verb: str, journey_id: int | None, subject: Sql) -> Outcome:
        accounts = rows(
            sql("SELECT account_id FROM {subject} AS subject ORDER BY account_id", subject=subject)
        )
        self.asked.append((verb, journey_id, [account for (account,) in accounts]))
        done = (
            "(SELECT entry_id, 1 AS done, 0 AS skipped, NULL::smallint AS reason FROM {subject} AS subject)"
        )
        return Outcome.of(row(outcome_columns(sql(done, subject=subject))))


@pytest.fixture
def journeys() -> FakeJourneys:
    return FakeJourneys()


@pytest.fixture
def batch_of(now: datetime, journeys: FakeJourneys) -> Callable[[Iterable[Account]], Batch]:
    """A batch of one entry an account; the entry's id is the account's id + 1,000."""

    def make(accounts: Iterable[Account]) -> Batch:
        ids = sorted(account.pk for account in accounts)
        subject = sql(
            "(SELECT entry_id, account_id FROM unnest({entries}::bigint[], {accounts}::bigint[])"
            " AS pair (entry_id, account_id))",
            entries=[1000 + i for i in ids], accounts=ids,
        )  # fmt: skip
        return Batch(subject, len(ids), now, Source(Event.Source.JOURNEY, HERE), journeys, HERE)

    return make


@pytest.fixture
def outcome_of(
    batch_of: Callable[[Iterable[Account]], Batch],
) -> Callable[[Outcome], dict[int, tuple[int, int, Any]]]:
    """An outcome, read: {account id: (done, skipped, reason)}."""

    def read(outcome: Outcome) -> dict[int, tuple[int, int, Any]]:
        columns = sql(
            "SELECT * FROM unnest({entries}::bigint[], {done}::int[], {skipped}::int[], {reasons}::int[])",
            entries=outcome.entries, done=outcome.done, skipped=outcome.skipped, reasons=outcome.reasons,
        )  # fmt: skip
        return {entry - 1000: (done, skipped, reason) for entry, done, skipped, reason in rows(columns)}

    return read


@pytest.fixture
def events() -> Callable[[EventType.BuiltIn], list[tuple[int | None, dict[str, Any]]]]:
    """The events of a type in the order of their recording, as (account or person, payload)."""

    def read(type: EventType.BuiltIn) -> list[tuple[int | None, dict[str, Any]]]:
        found = Event.objects.filter(type_id=type).order_by("id")
        return [(event.account_id or event.person_id, event.payload) for event in found]

    return read
