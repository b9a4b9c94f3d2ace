from __future__ import annotations

from collections.abc import Sequence

from accounts.api.timeline import Timeline
from accounts.timelines import Source
from buying_groups.models import BuyingGroup
from buying_groups.reports import timeline


class GroupTimeline(Timeline):
    """What happened to a buying group, and what its 200 most engaged members did, latest first.

    What members did is for those who may view people.
    """

    area = "buying_groups"
    permissions = {"list": "buying_groups.view_buyinggroup"}

    def sources(self) -> Sequence[Source]:
        group = BuyingGroup.objects.only("pk", "account_id").get(pk=self.kwargs["group_id"])
        return timeline.sources(group, self.hidden())
