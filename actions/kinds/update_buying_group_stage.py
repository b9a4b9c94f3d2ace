from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import references
from accounts.references import Found
from actions import group_changes
from actions.base import Action, Batch, Outcome
from actions.settings import Context, Reference
from actions.types import ActionType, Group, On
from buying_groups import stages
from buying_groups.references import STAGED


def _staged(found: Found, context: Context) -> str | None:
    return None if found.kind == STAGED else _("“%(name)s” has no stage model.") % {"name": found.name}


def _live(found: Found, context: Context) -> str | None:
    if found.is_live:
        return None
    return _("“%(name)s” is a stage of a draft; publish the stage model first.") % {"name": found.name}


INTEREST = Reference(
    "solution_interest",
    _("Solution interest"),
    help=_("One with a stage model."),
    resource="solution_interest",
    must_be=_staged,
)
# There is one stage model: a live stage is one of every interest that has a model.
STAGE = Reference("stage", _("Stage"), resource="buying_group_stage", must_be=_live)


class UpdateBuyingGroupStage(Action):
    """Move the account's buying group for a solution interest to a stage, if its model allows it (spec 2.1)."""

    type = ActionType.UPDATE_BUYING_GROUP_STAGE
    group = Group.BUYING_GROUPS
    on = On.ACCOUNTS
    settings = (INTEREST, STAGE)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        change = stages.move(
            group_changes.subject(batch),
            interest_id=references.id_of(settings["solution_interest"]),
            stage_id=references.id_of(settings["stage"]),
            source=batch.source,
            now=batch.now,
        )
        return group_changes.run(batch, change)
