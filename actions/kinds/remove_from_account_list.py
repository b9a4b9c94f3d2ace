from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import references
from accounts.models import EventType
from accounts.sql import row, sql
from actions import static_lists
from actions.base import Action, Batch, Outcome
from actions.types import ActionType, Group, On, Reason, Writes


class RemoveFromAccountList(Action):
    """Take every account of the batch off a static list; who is not on it is skipped (spec 2.1)."""

    type = ActionType.REMOVE_FROM_ACCOUNT_LIST
    group = Group.JOURNEYS_AND_LISTS
    on = On.ACCOUNTS
    writes = frozenset({Writes.LISTS})
    settings = (static_lists.LIST,)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        removed = sql(
            "DELETE FROM accounts_listmember AS member USING {subject} AS subject"
            " WHERE member.account_list_id = (SELECT id FROM list) AND member.account_id = subject.account_id"
            " RETURNING member.account_id",
            subject=batch.subject,
        )
        statement = static_lists.change(
            batch, references.id_of(settings["account_list"]), removed,
            event=EventType.BuiltIn.REMOVED_FROM_ACCOUNT_LIST, unchanged=Reason.NOT_A_MEMBER,
        )  # fmt: skip
        return Outcome.of_accounts(batch, row(statement))
