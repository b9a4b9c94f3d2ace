from __future__ import annotations

from journeys.nodes.base import FrozenNode, NodeKind, Step, Travel, by_way_out
from journeys.nodes.cohort import Cohort


class AccountAudience(NodeKind):
    """The start: which accounts come in (spec 1.7). The engine's admission reads it; a visit here is a moment."""

    kind = "account_audience"
    label = "Account audience"

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        return Step(by_way_out(node, cohort))
