from __future__ import annotations

from actions.base import Batch
from actions.registry import ACTIONS
from actions.types import On
from journeys.models import Entry
from journeys.nodes.base import FrozenNode, NodeKind, Step, Travel, Way, by_way_out
from journeys.nodes.cohort import Cohort


class TakeAction(NodeKind):
    """An action is taken on the accounts or on their people (spec 1.7, 2)."""

    kind = "take_action"
    label = "Take an action"
    on = (On.ACCOUNTS, On.PEOPLE)

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        batch = Batch(
            subject=cohort.subject, size=cohort.n, now=travel.now, source=travel.source,
            journeys=travel.journeys, journey_id=travel.journey_id,
        )  # fmt: skip
        outcome = ACTIONS[node.action].run(batch, node.settings)
        if outcome.ends_here:
            removed = Way(cohort, None, Entry.Reason.REMOVED_BY_JOURNEY, Entry.Status.REMOVED)
            return Step([removed], outcome)
        return Step(by_way_out(node, cohort), outcome)
