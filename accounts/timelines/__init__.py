"""What the timelines of accounts and people show, to whom, and in which order: the same in the admin and in the API."""

from __future__ import annotations

from accounts.timelines.guards import GUARDS, OF_GROUPS, PEOPLE, Guard, nameless
from accounts.timelines.offers import Happening, Offer, offers
from accounts.timelines.places import EVENTS, Bound, Place
from accounts.timelines.reading import EventSource, Page, Row, Source, count, page
from accounts.timelines.sources import Hidden, hidden, of_account, of_person, shown

__all__ = [
    "EVENTS",
    "GUARDS",
    "OF_GROUPS",
    "PEOPLE",
    "Bound",
    "EventSource",
    "Guard",
    "Happening",
    "Hidden",
    "Offer",
    "Page",
    "Place",
    "Row",
    "Source",
    "count",
    "hidden",
    "nameless",
    "of_account",
    "of_person",
    "offers",
    "page",
    "shown",
]
