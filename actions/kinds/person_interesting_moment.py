from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import events
from accounts.models import EventType
from accounts.sql import Sql, row, sql
from actions import moment_text
from actions.base import Action, Batch, Outcome, people_outcome_columns
from actions.moment_text import Description
from actions.types import ActionType, Group, On

DESCRIPTION = Description(
    "description", _("Description"), required=False, subjects=("account", "person"),
    help=_("May hold tokens such as {{ person.first_name }} and {{ account.name }}."),
)  # fmt: skip


class PersonInterestingMoment(Action):
    """Log a moment on every person of the batch; a person of two accounts gets one for each entry (spec 2.2).

    The moment is its event and nothing else; it is recorded also where events of changes are switched off.
    """

    type = ActionType.PERSON_INTERESTING_MOMENT
    group = Group.DATA
    on = On.PEOPLE
    settings = (moment_text.TYPE, DESCRIPTION)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        moment = events.insert(
            type=EventType.BuiltIn.PERSON_INTERESTING_MOMENT, source=batch.source, now=batch.now,
            payload=moment_text.payload(DESCRIPTION, settings), person=Sql("target.person_id"),
            relation=sql(
                "target{joins} WHERE target.person_id IS NOT NULL",
                joins=moment_text.joins(DESCRIPTION, settings),
            ),
        )  # fmt: skip
        statement = sql(
            "WITH target AS MATERIALIZED (SELECT entry_id, account_id, person_id FROM {targets} AS target),"
            " moment AS ({moment}) {outcome}",
            targets=batch.targets, moment=moment, outcome=people_outcome_columns(Sql("target")),
        )  # fmt: skip
        return Outcome.of(row(statement))
