from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.findings import Finding
from accounts.models import EventType
from accounts.sql import Sql, row, sql
from actions import data_values
from actions.base import (
    Action,
    Batch,
    Labels,
    Outcome,
    people_outcome_columns,
    skip_all,
    unlabelled,
)
from actions.data_values import AttributeName, NewData
from actions.settings import Context
from actions.types import ActionType, Group, On, Reason, Writes

ATTRIBUTE = AttributeName(
    "attribute", _("Attribute"), help=_("Of people, one that journeys may change."), subject="person"
)


class ChangeDataValue(Action):
    """Set one attribute of every person of the batch, or clear it (spec 2.2).

    A person of two accounts has the value after the first; the second time nothing changes.
    """

    type = ActionType.CHANGE_DATA_VALUE
    group = Group.DATA
    on = On.PEOPLE
    writes = frozenset({Writes.PEOPLE})
    settings = (ATTRIBUTE, data_values.VALUE)

    def check(self, settings: Mapping[str, Any], context: Context) -> list[Finding]:
        return data_values.check(ATTRIBUTE, settings, context)

    def summary(self, settings: Mapping[str, Any], labels: Labels = unlabelled) -> str:
        return data_values.summary(settings, labels)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        data = NewData.of("person", settings)
        if data is None:
            return skip_all(batch, Reason.VALUE_NOT_ALLOWED)
        return Outcome.of(row(_statement(batch, data)))


def _statement(batch: Batch, data: NewData) -> Sql:
    """Write the rows that have another value, with their events.

    RETURNING shows a row as it became, so it is read a second time as `before`.
    """
    return sql(
        "WITH target AS MATERIALIZED (SELECT entry_id, person_id FROM {targets} AS target),"
        " changed AS (UPDATE accounts_person AS person SET {assignment}, updated_at = {now}::timestamptz"
        " FROM (SELECT DISTINCT person_id FROM target) AS one"
        " JOIN accounts_person AS before ON before.id = one.person_id"
        " WHERE person.id = before.id AND {differs} RETURNING person.id, {old} AS old)"
        "{recorded} {outcome}",
        targets=batch.targets, assignment=data.attribute.assignment(data.value, "person"), now=batch.now,
        differs=data.differs("before"), old=data.attribute.stored("before"), recorded=_record(batch, data),
        outcome=people_outcome_columns(Sql("target")),
    )  # fmt: skip


def _record(batch: Batch, data: NewData) -> Sql:
    return events.cte(
        "event",
        events.insert(
            type=EventType.BuiltIn.PERSON_DATA_CHANGED, source=batch.source, now=batch.now,
            payload=data.payload(Sql("old")), relation=Sql("changed"), person=Sql("id"),
        ),
    )  # fmt: skip
