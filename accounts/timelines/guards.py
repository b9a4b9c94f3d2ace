"""Who may see what of a timeline: an event says of a thing what its page says (spec 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from accounts.models import EventType

Kinds = EventType.BuiltIn


class Guard(NamedTuple):
    """What somebody needs to see something: Django permissions, all of them, and with a token an area of its scopes."""

    area: str
    permissions: tuple[str, ...]


_GROUPS = Guard("buying_groups", ("buying_groups.view_buyinggroup",))
PEOPLE = Guard("accounts", ("accounts.view_person",))
_LISTS = Guard("accounts", ("accounts.view_accountlist",))
_JOURNEYS = Guard("journeys", ("journeys.view_journey",))
# Whoever may view the page of the thing may see the event.
GUARDS: Mapping[int, Guard] = {
    Kinds.ACCOUNT_INTERESTING_MOMENT: Guard("accounts", ("accounts.view_account",)),
    Kinds.PERSON_INTERESTING_MOMENT: PEOPLE,
    Kinds.ASSIGNED_TO_BUYING_GROUP: _GROUPS,
    Kinds.REMOVED_FROM_BUYING_GROUP: _GROUPS,
    Kinds.CONFIRMED_IN_BUYING_GROUP: _GROUPS,
    Kinds.MEMBER_OF_BUYING_GROUP_DELETED: _GROUPS,
    Kinds.BUYING_GROUP_STAGE_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_STATUS_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_COMPLETENESS_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_ENGAGEMENT_CHANGED: _GROUPS,
    Kinds.JOURNEY_ENTERED: _JOURNEYS,
    Kinds.JOURNEY_COMPLETED: _JOURNEYS,
    Kinds.ADDED_TO_ACCOUNT_LIST: _LISTS,
    Kinds.REMOVED_FROM_ACCOUNT_LIST: _LISTS,
}
# Who has been deleted has no page any more: their name stands in what the event says.
NAME = "person"
OF_GROUPS = frozenset(int(kind) for kind, guard in GUARDS.items() if guard == _GROUPS)


def nameless(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the event of a buying group says to those who may not view people."""
    return {key: value for key, value in payload.items() if key != NAME}
