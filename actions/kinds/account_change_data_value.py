from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as installation
from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.findings import Finding
from accounts.models import EventType
from accounts.sql import Sql, run, sql
from actions import data_values
from actions.base import Action, Batch, Labels, Outcome, skip_all, unlabelled
from actions.data_values import AttributeName, NewData
from actions.settings import Context
from actions.types import ActionType, Group, On, Reason, Writes

ATTRIBUTE = AttributeName(
    "attribute", _("Attribute"), help=_("Of accounts, one that journeys may change."), subject="account"
)


class AccountChangeDataValue(Action):
    """Set one attribute of every account of the batch, or clear it (spec 2.1)."""

    type = ActionType.ACCOUNT_CHANGE_DATA_VALUE
    group = Group.DATA
    on = On.ACCOUNTS
    writes = frozenset({Writes.ACCOUNTS})
    settings = (ATTRIBUTE, data_values.VALUE)

    def check(self, settings: Mapping[str, Any], context: Context) -> list[Finding]:
        return data_values.check(ATTRIBUTE, settings, context)

    def summary(self, settings: Mapping[str, Any], labels: Labels = unlabelled) -> str:
        return data_values.summary(settings, labels)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        data = NewData.of("account", settings)
        if data is None:
            return skip_all(batch, Reason.VALUE_NOT_ALLOWED)
        run(_recorded(batch, data) if installation.RECORD_EVENTS else _update(batch, data))
        return Outcome.done_for_all(batch)


def _update(batch: Batch, data: NewData) -> Sql:
    """Write the rows that have another value."""
    return sql(
        "UPDATE accounts_account AS account SET {assignment}, updated_at = {now}::timestamptz"
        " FROM {subject} AS subject WHERE account.id = subject.account_id AND {differs}",
        assignment=data.attribute.assignment(data.value, "account"), now=batch.now, subject=batch.subject,
        differs=data.differs("account"),
    )  # fmt: skip


def _recorded(batch: Batch, data: NewData) -> Sql:
    """The same with events. RETURNING shows a row as it became, so it is read a second time as `before`."""
    changed = sql(
        "UPDATE accounts_account AS account SET {assignment}, updated_at = {now}::timestamptz"
        " FROM {subject} AS subject JOIN accounts_account AS before ON before.id = subject.account_id"
        " WHERE account.id = before.id AND {differs} RETURNING account.id, {old} AS old",
        assignment=data.attribute.assignment(data.value, "account"), now=batch.now, subject=batch.subject,
        differs=data.differs("before"), old=data.attribute.stored("before"),
    )  # fmt: skip
    record = events.insert(
        type=EventType.BuiltIn.ACCOUNT_DATA_CHANGED, source=batch.source, now=batch.now,
        payload=data.payload(Sql("old")), relation=Sql("changed"), account=Sql("id"),
    )  # fmt: skip
    return sql("WITH changed AS ({changed}) {record}", changed=changed, record=record)
