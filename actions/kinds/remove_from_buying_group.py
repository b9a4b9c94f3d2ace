from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import references
from accounts.sql import sql
from actions import group_changes, group_members
from actions.base import Action, Batch, Outcome
from actions.types import ActionType, Group, On, Reason


class RemoveFromBuyingGroup(Action):
    """Remove everybody of the account from its buying group, unless they were assigned by hand (spec 2.2, 3.5)."""

    type = ActionType.REMOVE_FROM_BUYING_GROUP
    group = Group.BUYING_GROUPS
    on = On.PEOPLE
    settings = (group_changes.INTEREST,)

    def run(self, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        interest = references.id_of(settings["solution_interest"])
        fits = sql("EXISTS (SELECT FROM buying_groups_solutioninterest WHERE id = {id})", id=interest)
        return group_members.run(batch, interest, None, fits=fits, idle=Reason.NOT_A_MEMBER)
