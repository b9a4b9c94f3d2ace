"""What happened to an account or a person, latest first, a page at a time by a cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from accounts import timelines
from accounts.admin import story
from accounts.admin.door import may, number
from accounts.models import Account, Event, Person

SIZE = 30


@dataclass(frozen=True)
class Timeline:
    """A page of lines; `older` is the cursor of the next one, empty on the last."""

    lines: Sequence[story.Line]
    older: str = ""


def hidden_from(request: HttpRequest) -> frozenset[int]:
    """The kinds of event that are not for whoever asks."""
    return timelines.hidden(lambda guard: may(request, guard.permission))


def of_account(account: Account, *, hidden: Collection[int], before: str = "", size: int = SIZE) -> Timeline:
    """The account's events, and the interesting moments of its people, without the `hidden` kinds."""
    sources = timelines.of_account(account, hidden)
    return merged(sources, before=before, size=size, about=("account", account.pk))


def of_person(person: Person, *, hidden: Collection[int], before: str = "", size: int = SIZE) -> Timeline:
    """The person's events, and the interesting moments of their accounts, without the `hidden` kinds."""
    sources = timelines.of_person(person, hidden)
    return merged(sources, before=before, size=size, about=("person", person.pk))


def merged(sources: Sequence[Q], *, about: tuple[str, int], before: str = "", size: int = SIZE) -> Timeline:
    """A page of the events of several sources, on a page about an account or a person.

    Each source by its own index: one OR over them would scan.
    """
    found: list[Event] = []
    for source in sources:
        found += _latest(source, before)[: size + 1]
    found.sort(key=lambda event: (event.received_at, event.pk), reverse=True)
    shown = found[:size]
    older = cursor(shown[-1]) if len(found) > size else ""
    return Timeline(story.tell(shown, about=about), older)


def _latest(source: Q, before: str) -> QuerySet[Event]:
    rows = Event.objects.filter(source).select_related("type").order_by("-received_at", "-pk")
    place = parsed(before)
    if place is None:
        return rows
    moment, id = place
    return rows.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=id), received_at__lte=moment)


def cursor(event: Event) -> str:
    return f"{event.received_at.isoformat()}_{event.pk}"


def parsed(text: str) -> tuple[datetime, int] | None:
    """The place that a cursor means; None: it means none, so the first page."""
    moment_text, _sign, id = text.partition("_")
    try:
        moment: Any = parse_datetime(moment_text.replace(" ", "+"))
    except ValueError:
        return None
    return (moment, number(id)) if moment is not None and moment.tzinfo is not None else None
