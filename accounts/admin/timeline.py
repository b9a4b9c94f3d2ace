"""What happened to an account or a person, latest first, a page at a time by a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest

from accounts import timelines
from accounts.admin import story
from accounts.admin.door import HIGHEST_ID, may
from accounts.models import Account, EventType, Person
from accounts.timelines import Hidden, Place, Source

Kinds = EventType.BuiltIn
SIZE = 30


@dataclass(frozen=True)
class Timeline:
    """A page of lines; `older` is the cursor of the next one, empty on the last."""

    lines: Sequence[story.Line]
    older: str = ""


def hidden_from(request: HttpRequest) -> Hidden:
    """What is not for whoever asks."""
    return timelines.hidden(lambda guard: all(may(request, permission) for permission in guard.permissions))


def of_account(account: Account, *, hidden: Hidden, before: str = "", size: int = SIZE) -> Timeline:
    """What happened to the account, the interesting moments of its people, and the steps of its journeys."""
    sources = timelines.of_account(account, hidden)
    return merged(sources, hidden=hidden, before=before, size=size, about=("account", account.pk))


def of_person(person: Person, *, hidden: Hidden, before: str = "", size: int = SIZE) -> Timeline:
    """What happened to the person, and the interesting moments of their accounts."""
    sources = timelines.of_person(person, hidden)
    return merged(sources, hidden=hidden, before=before, size=size, about=("person", person.pk))


def merged(
    sources: Sequence[Source],
    *,
    hidden: Hidden,
    about: tuple[str, int],
    before: str = "",
    size: int = SIZE,
) -> Timeline:
    """A page of several sources, on a page about an account or a person."""
    found = timelines.page(sources, behind=parsed(before), size=size)
    # Who may not see what people do does not learn who they are, either.
    names_people = Kinds.PERSON_INTERESTING_MOMENT not in hidden
    names_journeys = Kinds.JOURNEY_ENTERED not in hidden
    lines = story.tell(found.rows, about=about, names_people=names_people, names_journeys=names_journeys)
    return Timeline(lines, cursor(found.end) if found.end else "")


def cursor(place: Place) -> str:
    return "_".join((place.at.isoformat(), *map(str, (place.rank, place.first, place.second))))


def parsed(text: str) -> Place | None:
    """The place that a cursor means; None: it means none, so the first page."""
    moment_text, *numbers = text.split("_")
    try:
        moment = datetime.fromisoformat(moment_text.replace(" ", "+"))
        rank, first, second = (int(number) for number in numbers)
        is_one = moment.tzinfo is not None and max(map(abs, (rank, first, second))) <= HIGHEST_ID
        # PostgreSQL knows fewer offsets than Python.
        return Place(moment.astimezone(UTC), rank, first, second) if is_one else None
    except (ValueError, OverflowError):
        return None
