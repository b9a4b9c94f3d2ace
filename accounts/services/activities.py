"""What people did, as events: for whatever brings activity in, many at a time (spec 3.3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import Source
from accounts.findings import Finding, Invalid
from accounts.models import EventType
from accounts.sql import run, sql

BATCH = 5_000  # activities in one statement
RECORD = """
    INSERT INTO accounts_event
        (type_id, account_id, person_id, occurred_at, received_at, source, source_id, payload)
    SELECT given.type_id, NULL, person.id, given.occurred_at, {now}::timestamptz, {kind}::smallint, {id}::bigint,
        given.payload::jsonb
    FROM unnest({types}::smallint[], {people}::bigint[], {moments}::timestamptz[], {payloads}::text[])
        WITH ORDINALITY AS given (type_id, person_id, occurred_at, payload, place)
    JOIN accounts_person person ON person.id = given.person_id ORDER BY given.place
"""


@dataclass(frozen=True)
class Activity:
    """Something that a person did: a kind of event (its id), when, and what the event says."""

    person_id: int
    type: int
    occurred_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def record(activities: Iterable[Activity], *, source: Source, now: datetime) -> int:
    """Put activities on record, received `now`; how many. Those of people who do not exist are passed over.

    They may have occurred in any order and at any time. Unlike changes they are recorded also where
    `settings.RECORD_EVENTS` is off: nothing else holds them.

    :raises Invalid: if there is no such kind of event; nothing is recorded then
    """
    known = set(EventType.objects.values_list("pk", flat=True))
    ahead, recorded = iter(activities), 0
    while batch := list(islice(ahead, BATCH)):
        if unknown := {activity.type for activity in batch} - known:
            message = _("There is no kind of event %(unknown)s.") % {
                "unknown": ", ".join(map(str, sorted(unknown)))
            }
            raise Invalid([Finding("not_found", message, ("type",))])
        recorded += _insert(batch, source, now)
    return recorded


def _insert(batch: list[Activity], source: Source, now: datetime) -> int:
    return run(sql(
        RECORD, now=now, kind=int(source.kind), id=source.id,
        types=[int(activity.type) for activity in batch],
        people=[activity.person_id for activity in batch],
        moments=[activity.occurred_at for activity in batch],
        payloads=[json.dumps(activity.payload) for activity in batch],
    ))  # fmt: skip
