"""What upper layers add to the timelines of accounts beside events (settings.TIMELINE_OFFERS)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Event
from accounts.timelines.guards import Guard
from accounts.timelines.places import Bound


@dataclass(frozen=True)
class Happening:
    """Something in a timeline that is no event; its two numbers are its own among those of its type.

    `source` and `source_id` are those of events; `payload` is what the API gives, and what its story is told from.
    """

    type: str
    at: datetime
    first: int
    second: int
    account_id: int
    source: Event.Source
    source_id: int
    payload: Mapping[str, Any]


Read = Callable[[int, Bound | None, int, bool], Sequence[Happening]]
"""An account's id, where to go on, how many, whether the latest come first → so many, in their order."""
Count = Callable[[int, int], int]
"""An account's id, up to how many → how many it has; more than that many need not be counted."""


@dataclass(frozen=True)
class Offer:
    """One type of happenings. `guard` says who may see them."""

    type: str
    guard: Guard
    read: Read
    count: Count


def offers() -> tuple[Offer, ...]:
    """All of them, in the order of the setting."""
    return tuple(import_string(path) for path in settings.TIMELINE_OFFERS)
