from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import references
from accounts.models import EventType
from accounts.sql import row, sql
from actions import static_lists
from actions.base import Action, Batch, Outcome
from actions.types import ActionType, Group, On, Reason, Writes


class AddToAccountList(Action):
    """Put every account of the batch on a static list; who is on it already is skipped (spec 2.1)."""

    type = ActionType.ADD_TO_ACCOUNT_LIST
    group = Group.JOURNEYS_AND_LISTS
    on = On.ACCOUNTS
    writes = frozenset({Writes.LISTS})
    settings = (static_lists.LIST,)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        added = sql(
            "INSERT INTO accounts_listmember (account_list_id, account_id, added_at)"
            " SELECT list.id, subject.account_id, {now}::timestamptz FROM {subject} AS subject, list"
            " ON CONFLICT (account_list_id, account_id) DO NOTHING RETURNING account_id",
            now=batch.now, subject=batch.subject,
        )  # fmt: skip
        statement = static_lists.change(
            batch, references.id_of(settings["account_list"]), added,
            event=EventType.BuiltIn.ADDED_TO_ACCOUNT_LIST, unchanged=Reason.ALREADY_MEMBER,
        )  # fmt: skip
        return Outcome.of_accounts(batch, row(statement))
