"""What both sorts of lists say of a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts import events
from accounts.events import Source
from accounts.models import AccountList, EventType
from accounts.sql import Sql, sql

BATCH = 5_000  # accounts in one transaction
LOCK_CLASS = 7421  # of the advisory locks (class, id of the list)


@dataclass(frozen=True)
class Moved:
    """How many accounts came and went. `busy`: another worker is at the list, and does the rest."""

    added: int = 0
    removed: int = 0
    busy: bool = False

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.added + other.added, self.removed + other.removed, self.busy or other.busy)


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids, each once and in order, a transaction's worth at a time."""
    ordered = sorted(set(ids))
    yield from (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def event(
    account_list: AccountList, relation: str, type: EventType.BuiltIn, source: Source, now: datetime
) -> Sql:
    """`, … AS (INSERT …)` of an event for each account_id of the relation."""
    payload = sql(
        "jsonb_build_object('list', {id}::bigint, 'name', {name}::text)",
        id=account_list.pk,
        name=account_list.name,
    )
    insert = events.insert(
        type=type, source=source, now=now, payload=payload, relation=Sql(relation), account=Sql("account_id")
    )
    return events.cte(f"{relation}_event", insert)
