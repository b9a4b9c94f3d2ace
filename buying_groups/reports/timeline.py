"""What the timeline of a group is made of: the same in the admin and in the API."""

from __future__ import annotations

from django.db.models import F, Q

from accounts.models import EventType
from accounts.timelines import OF_GROUPS, EventSource, Hidden, Source, shown
from buying_groups.built_in import ACTIVITIES
from buying_groups.models import BuyingGroup, GroupMember

MOMENT = EventType.BuiltIn.PERSON_INTERESTING_MOMENT
# Members whose activities are shown, the most engaged first.
PEOPLE = 200


def sources(group: BuyingGroup, hidden: Hidden) -> list[Source]:
    """What happened to the group, and what its members did; no event is in both.

    What people do is on their pages: it is for those who may view people, as the moments of people are.
    """
    own = Q(account_id=group.account_id, type_id__in=sorted(OF_GROUPS), payload__group=group.pk)
    if MOMENT in hidden:
        return [shown(own, hidden)]
    members = GroupMember.objects.filter(group=group, is_removed=False)
    engaged = members.order_by(F("person__engagement_score").desc(nulls_last=True), "person_id")
    people = list(engaged.values_list("person_id", flat=True)[:PEOPLE])
    return [shown(own, hidden), EventSource(Q(person_id__in=people, type_id__in=sorted(ACTIVITIES)))]
