from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journeys.nodes.base import NodeKind, Step, Travel, by_way_out
from journeys.nodes.cohort import Cohort
from journeys.nodes.frozen import FrozenNode


class Merge(NodeKind):
    """Where account paths come together; each account goes on by itself at once (spec 1.7)."""

    kind = "merge"
    label = _("Merge")

    def leave(self, node: FrozenNode, cohort: Cohort, travel: Travel) -> Step:
        return Step(by_way_out(node, cohort))
