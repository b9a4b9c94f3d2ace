"""All that a new action must know: `Action` (to write), `Batch` (what it gets), `Outcome` (what it gives).

An action is one file in `actions/kinds/`, named by its stored value, and one line in `actions/registry.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from accounts.events import Source
from accounts.findings import Finding
from accounts.references import Change
from accounts.sql import Row, Sql, row, sql
from actions.settings import Context, Setting, check_settings, map_settings, schema_of
from actions.types import ActionType, Group, On, Reason, Writes

Labels = Callable[[str], str | None]
"""What people call a field of a condition, "account.custom.tier" or "person.score.fit"; None: it is not known."""


def unlabelled(name: str) -> None:
    """No label is known."""


class Journeys(Protocol):
    """The narrow way for an action to move accounts in and out of journeys; the engine provides it."""

    def enter(self, journey_id: int | None, subject: Sql) -> Outcome:
        """Enter the accounts of `subject` (entry_id, account_id) into a journey, under its re-entry rules."""

    def remove(self, journey_id: int | None, subject: Sql) -> Outcome:
        """End the entries of these accounts in a journey."""


@dataclass(frozen=True)
class Batch:
    """The entries that an action is taken for, as a relation in the database: no row is known to Python.

    `subject` goes after FROM and has the columns entry_id, account_id; every account is in it once, its row
    is locked, and so are its people when the action writes people. In `people` each row is (entry_id,
    account_id, person_id): who belongs to the account now.
    """

    subject: Sql
    size: int
    now: datetime
    source: Source
    journeys: Journeys
    journey_id: int

    @property
    def people(self) -> Sql:
        return sql(
            "(SELECT subject.entry_id, subject.account_id, relation.person_id FROM {subject} AS subject"
            " JOIN accounts_accountperson AS relation ON relation.account_id = subject.account_id)",
            subject=self.subject,
        )

    @property
    def targets(self) -> Sql:
        """Like `people`, but an entry whose account has nobody is there as well, its person_id NULL."""
        return sql(
            "(SELECT subject.entry_id, subject.account_id, relation.person_id FROM {subject} AS subject"
            " LEFT JOIN accounts_accountperson AS relation ON relation.account_id = subject.account_id)",
            subject=self.subject,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of each entry: how many targets were done, how many skipped, and why.

    The four columns are arrays as the server wrote them (text, one element an entry), never parsed here.
    Empty `entries` means the same for all: one target done.
    """

    entries: str = ""
    done: str = ""
    skipped: str = ""
    reasons: str = ""
    # How many entries had a target done, and a target skipped.
    n_done: int = 0
    n_skipped: int = 0
    # The accounts were removed from this very journey: none of them goes on.
    ends_here: bool = False

    @classmethod
    def done_for_all(cls, batch: Batch) -> Outcome:
        """Every account was one target, and it was done."""
        return cls(n_done=batch.size)

    @classmethod
    def of(cls, row: Row | None) -> Outcome:
        """From the row that `outcome_columns` selects."""
        if row is None or row[0] is None:
            return cls(entries="{}", done="{}", skipped="{}", reasons="{}")
        return cls(*row[:6])

    @classmethod
    def of_accounts(cls, batch: Batch, row: Row | None) -> Outcome:
        """Like `of`, for an action whose targets are the accounts: no arrays when all were done."""
        outcome = cls.of(row)
        return cls.done_for_all(batch) if outcome.n_done == batch.size else outcome


def outcome_columns(relation: Sql) -> Sql:
    """SELECT the outcome from a relation of (entry_id, done, skipped, reason), one row an entry."""
    return sql(
        "SELECT array_agg(entry_id)::text, array_agg(done)::text, array_agg(skipped)::text,"
        " array_agg(reason::smallint)::text,"
        " count(*) FILTER (WHERE done > 0), count(*) FILTER (WHERE skipped > 0) FROM {relation} AS outcome",
        relation=relation,
    )


def people_outcome_columns(targets: Sql) -> Sql:
    """SELECT the outcome of what was done for everybody in `Batch.targets`: so many people an entry."""
    return sql(
        "SELECT array_agg(entry_id)::text, array_agg(people)::text,"
        " array_fill(0, ARRAY[count(*)::integer])::text,"
        " array_fill(NULL::smallint, ARRAY[count(*)::integer])::text,"
        " count(*) FILTER (WHERE people > 0), 0::bigint"
        " FROM (SELECT entry_id, count(person_id) AS people FROM {targets} AS target GROUP BY entry_id)"
        " AS outcome",
        targets=targets,
    )


class Action(ABC):
    """What a journey can do to the accounts, or the people of the accounts, that reach a node."""

    type: ClassVar[ActionType]
    group: ClassVar[Group]
    on: ClassVar[On]
    settings: ClassVar[Sequence[Setting]] = ()
    writes: ClassVar[frozenset[Writes]] = frozenset()
    # A change of what conditions may see: the engine marks the accounts of the batch once (accounts.changes).
    changes_accounts: ClassVar[bool] = True

    @property
    def label(self) -> str:
        return str(self.type.label)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the settings."""
        return schema_of(self.settings)

    def check(self, settings: Mapping[str, Any], context: Context) -> list[Finding]:
        """What is wrong with the settings, each with its place in them. Overridden for rules of its own."""
        return check_settings(self.settings, settings, context)

    def map_references(self, settings: Mapping[str, Any], change: Change) -> dict[str, Any]:
        """The settings with each reference replaced by what `change` makes of it."""
        return map_settings(self.settings, settings, change)

    def prepare(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What publishing freezes of the settings, beside the pinned references. Default: as they are."""
        return dict(settings)

    def summary(self, settings: Mapping[str, Any], labels: Labels = unlabelled) -> str:
        """The settings in one line, for the outline of the map. Asks the database nothing but by `labels`."""
        given = ((setting, settings.get(setting.name)) for setting in self.settings)
        return ", ".join(setting.say(value) for setting, value in given if value is not None and value != "")

    def unavailable(self) -> str | None:
        """Why this installation cannot offer the action (no connection for it …); None when it can."""
        return None

    @abstractmethod
    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        """Take the action for every account (or person) of the batch.

        Called inside the transaction that moves the entries: touch our own tables only, with statements whose
        number does not grow with the batch. What concerns the outside is opened as deliveries.
        """


def skip_all(batch: Batch, reason: Reason) -> Outcome:
    """Nobody: every entry skipped for the same reason."""
    from_subject = sql(
        "(SELECT entry_id, 0 AS done, 1 AS skipped, {reason}::smallint AS reason FROM {subject} AS subject)",
        reason=int(reason), subject=batch.subject,
    )  # fmt: skip
    return Outcome.of(row(outcome_columns(from_subject)))
