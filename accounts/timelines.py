"""Which events the timelines of accounts and people show, and whose: the same in the admin and in the API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from django.db.models import Q

from accounts.models import Account, AccountPerson, EventType, Person

Kinds = EventType.BuiltIn
# People whose moments an account's timeline shows, and accounts of a person's.
MOST = 1_000


class Guard(NamedTuple):
    """What somebody needs to see events of a kind: a Django permission, and with a token an area of its scopes."""

    permission: str
    area: str


_GROUPS = Guard("buying_groups.view_buyinggroup", "buying_groups")
_LISTS = Guard("accounts.view_accountlist", "accounts")
_JOURNEYS = Guard("journeys.view_journey", "journeys")
# An event says of a thing what its page says; it is shown to those who may view that page (spec 6.2).
GUARDS: Mapping[int, Guard] = {
    Kinds.ACCOUNT_INTERESTING_MOMENT: Guard("accounts.view_account", "accounts"),
    Kinds.PERSON_INTERESTING_MOMENT: Guard("accounts.view_person", "accounts"),
    Kinds.ASSIGNED_TO_BUYING_GROUP: _GROUPS,
    Kinds.REMOVED_FROM_BUYING_GROUP: _GROUPS,
    Kinds.BUYING_GROUP_STAGE_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_STATUS_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_COMPLETENESS_CHANGED: _GROUPS,
    Kinds.BUYING_GROUP_ENGAGEMENT_CHANGED: _GROUPS,
    Kinds.JOURNEY_ENTERED: _JOURNEYS,
    Kinds.JOURNEY_COMPLETED: _JOURNEYS,
    Kinds.ADDED_TO_ACCOUNT_LIST: _LISTS,
    Kinds.REMOVED_FROM_ACCOUNT_LIST: _LISTS,
}


def hidden(may: Callable[[Guard], bool]) -> frozenset[int]:
    """The kinds of event that are not for whom `may` answers."""
    allowed = {guard for guard in set(GUARDS.values()) if may(guard)}
    return frozenset(int(kind) for kind, guard in GUARDS.items() if guard not in allowed)


def of_account(account: Account, hidden: Collection[int]) -> list[Q]:
    """The account's events, and the interesting moments of its people; no event is in two of them."""
    own = _shown(Q(account_id=account.pk), hidden)
    if Kinds.PERSON_INTERESTING_MOMENT in hidden:
        return [own]
    relations = AccountPerson.objects.filter(account=account).order_by("pk")
    people = list(relations.values_list("person_id", flat=True)[:MOST])
    moments = Q(person_id__in=people, type_id=Kinds.PERSON_INTERESTING_MOMENT, account_id__isnull=True)
    return [own, moments] if people else [own]


def of_person(person: Person, hidden: Collection[int]) -> list[Q]:
    """The person's events, and the interesting moments of their accounts; no event is in two of them."""
    own = _shown(Q(person_id=person.pk), hidden)
    if Kinds.ACCOUNT_INTERESTING_MOMENT in hidden:
        return [own]
    relations = AccountPerson.objects.filter(person=person).order_by("pk")
    accounts = list(relations.values_list("account_id", flat=True)[:MOST])
    moments = Q(account_id__in=accounts, type_id=Kinds.ACCOUNT_INTERESTING_MOMENT, person_id__isnull=True)
    return [own, moments] if accounts else [own]


def _shown(source: Q, hidden: Collection[int]) -> Q:
    return source & ~Q(type_id__in=sorted(hidden)) if hidden else source
