from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import EventType
from accounts.sql import Sql, run, sql
from actions import moment_text
from actions.base import Action, Batch, Outcome
from actions.moment_text import Description
from actions.types import ActionType, Group, On

DESCRIPTION = Description(
    "description",
    _("Description"),
    required=False,
    help=_("May hold tokens such as {{ account.name }}."),
    subjects=("account",),
)


class AccountInterestingMoment(Action):
    """Log a moment on every account of the batch (spec 2.1).

    The moment is its event and nothing else; it is recorded also where events of changes are switched off.
    """

    type = ActionType.ACCOUNT_INTERESTING_MOMENT
    group = Group.DATA
    on = On.ACCOUNTS
    settings = (moment_text.TYPE, DESCRIPTION)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        relation = sql(
            "{subject} AS target{joins}",
            subject=batch.subject,
            joins=moment_text.joins(DESCRIPTION, settings),
        )
        run(
            events.insert(
                type=EventType.BuiltIn.ACCOUNT_INTERESTING_MOMENT, source=batch.source, now=batch.now,
                payload=moment_text.payload(DESCRIPTION, settings),
                relation=relation, account=Sql("target.account_id"),
            )
        )  # fmt: skip
        return Outcome.done_for_all(batch)
