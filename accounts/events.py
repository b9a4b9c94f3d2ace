"""The event store's one writer: a piece of SQL that records what a statement changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Event, EventType
from accounts.sql import EMPTY, Sql, sql

NOBODY = Sql("NULL::bigint")


@dataclass(frozen=True)
class Source:
    """Who caused it: a journey, an import, a member of staff, a client."""

    kind: Event.Source
    id: int | None = None


def insert(
    *, type: EventType.BuiltIn, source: Source, now: datetime, payload: Sql, relation: Sql,
    account: Sql = NOBODY, person: Sql = NOBODY,
) -> Sql:  # fmt: skip
    """An INSERT of one event for each row of `relation` (what follows FROM); may stand in a WITH.

    `account`, `person` and `payload` (jsonb) are expressions over the relation's columns.
    """
    return sql(
        "INSERT INTO accounts_event"
        " (type_id, account_id, person_id, occurred_at, received_at, source, source_id, payload)"
        " SELECT {type}::smallint, {account}, {person}, {now}::timestamptz, {now}::timestamptz,"
        " {kind}::smallint, {id}::bigint, {payload} FROM {relation}",
        type=int(type), account=account, person=person, now=now, kind=int(source.kind), id=source.id,
        payload=payload, relation=relation,
    )  # fmt: skip


def cte(name: str, statement: Sql) -> Sql:
    """`, name AS (statement)` to hang an insert of events into a WITH; nothing when events are off."""
    return (
        sql(", {name} AS ({statement})", name=Sql(name), statement=statement)
        if settings.RECORD_EVENTS
        else EMPTY
    )
