from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import references
from accounts.findings import Finding
from actions import group_changes
from actions.base import Action, Batch, Outcome
from actions.settings import Context, Text
from actions.types import ActionType, Group, On
from buying_groups import stages


@dataclass(frozen=True)
class Status(Text):
    """What the group's status becomes; blanks are none."""

    max_length: int = stages.STATUS_LENGTH

    def check(self, value: Any, context: Context) -> list[Finding]:
        if isinstance(value, str) and not value.strip():
            return [self.wrong("missing", _("this is needed."), refused=False)]
        return super().check(value, context)


class UpdateBuyingGroupStatus(Action):
    """Give the account's buying group for a solution interest a status, any text (spec 2.1)."""

    type = ActionType.UPDATE_BUYING_GROUP_STATUS
    group = Group.BUYING_GROUPS
    on = On.ACCOUNTS
    settings = (group_changes.INTEREST, Status("status", _("Status")))

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        change = stages.set_status(
            group_changes.subject(batch),
            interest_id=references.id_of(settings["solution_interest"]),
            status=settings["status"].strip(),
            source=batch.source,
            now=batch.now,
        )
        return group_changes.run(batch, change)
