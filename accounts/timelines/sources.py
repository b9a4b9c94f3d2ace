"""Which sources the timelines of accounts and people have."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db.models import Q

from accounts.models import Account, AccountPerson, EventType, Person
from accounts.timelines.guards import GUARDS, Guard
from accounts.timelines.offers import offers
from accounts.timelines.places import EVENTS
from accounts.timelines.reading import EventSource, OfferSource, Source

Kinds = EventType.BuiltIn
Hidden = Collection[int | str]
# People whose moments an account's timeline shows, and accounts of a person's.
MOST = 1_000


def hidden(may: Callable[[Guard], bool]) -> frozenset[int | str]:
    """What is not for whom `may` answers: ids of event types, and types of what is offered beside events."""
    guards: dict[int | str, Guard] = {int(kind): guard for kind, guard in GUARDS.items()}
    guards |= {offer.type: offer.guard for offer in offers()}
    allowed = {guard for guard in set(guards.values()) if may(guard)}
    return frozenset(kind for kind, guard in guards.items() if guard not in allowed)


def of_account(account: Account, hidden: Hidden) -> list[Source]:
    """The account's events, the interesting moments of its people, and what is offered; nothing is in two of them."""
    own = shown(Q(account_id=account.pk), hidden)
    offered = [
        OfferSource(offer, account.pk, EVENTS - place)
        for place, offer in enumerate(offers(), 1)
        if offer.type not in hidden
    ]
    if Kinds.PERSON_INTERESTING_MOMENT in hidden:
        return [own, *offered]
    relations = AccountPerson.objects.filter(account=account).order_by("pk")
    people = list(relations.values_list("person_id", flat=True)[:MOST])
    moments = Q(person_id__in=people, type_id=Kinds.PERSON_INTERESTING_MOMENT, account_id__isnull=True)
    return [own, *([EventSource(moments)] if people else []), *offered]


def of_person(person: Person, hidden: Hidden) -> list[Source]:
    """The person's events, and the interesting moments of their accounts; no event is in two of them.

    Without the steps of journeys: accounts make them. A visit counts how many people its action was about, and does
    not say who they were, nor who belonged to the account then; so no step is known to be this person's. What a
    step did to them is an event of theirs, and names the journey.
    """
    own = shown(Q(person_id=person.pk), hidden)
    if Kinds.ACCOUNT_INTERESTING_MOMENT in hidden:
        return [own]
    relations = AccountPerson.objects.filter(person=person).order_by("pk")
    accounts = list(relations.values_list("account_id", flat=True)[:MOST])
    moments = Q(account_id__in=accounts, type_id=Kinds.ACCOUNT_INTERESTING_MOMENT, person_id__isnull=True)
    return [own, EventSource(moments)] if accounts else [own]


def shown(which: Q, hidden: Hidden) -> EventSource:
    """These events without the hidden kinds."""
    kinds = sorted(kind for kind in hidden if isinstance(kind, int))
    return EventSource(which & ~Q(type_id__in=kinds) if kinds else which)
