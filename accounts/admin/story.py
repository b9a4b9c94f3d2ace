"""Events in words: "Industry: Banking → Insurance, by the journey “Warm up”"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import timelines
from accounts.admin import cells, story_kinds
from accounts.attributes import Attribute, all_of
from accounts.models import Account, Event, EventType, Import, Person, Score
from accounts.references import resources
from accounts.timelines import OF_GROUPS, Happening, Row

Kinds = EventType.BuiltIn
LONGEST = 300
# What we heard of later than this after it happened says both times.
LATE = timedelta(minutes=1)
ICONS = {
    **story_kinds.ICONS,
    Kinds.ACCOUNT_INTERESTING_MOMENT: "bolt",
    Kinds.PERSON_INTERESTING_MOMENT: "bolt",
    Kinds.ACCOUNT_DATA_CHANGED: "edit",
    Kinds.PERSON_DATA_CHANGED: "edit",
    Kinds.SCORE_CHANGED: "speed",
    Kinds.JOURNEY_ENTERED: "login",
    Kinds.JOURNEY_COMPLETED: "flag",
    Kinds.ADDED_TO_ACCOUNT_LIST: "playlist_add",
    Kinds.REMOVED_FROM_ACCOUNT_LIST: "playlist_remove",
}


@dataclass(frozen=True)
class Named:
    """A thing that an event names, with its page where it has one."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that happened: what (`title`, `text`), to whom when that is not the page's own, and who caused it."""

    # When we heard of it, which is the order of timelines, and when it happened if that was earlier.
    at: datetime
    happened: datetime | None
    icon: str
    title: str
    text: str
    who: Named | None
    cause: Any
    source: Named | None
    is_moment: bool
    # The page that says more of it.
    url: str = ""


@dataclass(frozen=True)
class Teller:
    """How happenings of a type are told (settings.TIMELINE_TELLERS): a line for each, in their order."""

    type: str
    tell: Callable[[Sequence[Happening]], Sequence[Line]]


def tell(
    rows: Sequence[Row], *, about: tuple[str, int], names_people: bool = True, names_journeys: bool = True
) -> list[Line]:
    """What a page of an account or person (`about`) shows, in words; a fixed number of queries.

    Not `names_people`: people are told by their numbers, without their pages. Not `names_journeys`: what a journey
    has done was done by “a journey”.
    """
    of_type: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        of_type[_type(row)].append(row)
    tellers: list[Teller] = [import_string(path) for path in settings.TIMELINE_TELLERS]
    tells: dict[str, Callable[[Any], Sequence[Line]]] = {one.type: one.tell for one in tellers}
    tells[""] = lambda events: _Story(events, about, names_people, names_journeys).lines()
    told = {type: iter(tells[type](theirs)) for type, theirs in of_type.items()}
    return [next(told[_type(row)]) for row in rows]


def _type(row: Row) -> str:
    return row.type if isinstance(row, Happening) else ""


class _Story:
    """What a page of events names, read once for all of them."""

    def __init__(
        self, events: Sequence[Event], about: tuple[str, int], names_people: bool, names_journeys: bool
    ) -> None:
        self.events = events
        self.about = about
        self.names_people = names_people
        self.attributes: Mapping[str, Attribute] = {
            attribute.name: attribute for attribute in (*all_of("account"), *all_of("person"))
        }
        self.scores = dict(Score.objects.values_list("name", "label"))
        self.accounts = _rows(Account, {event.account_id for event in events})
        people = {event.person_id for event in events if event.person_id is not None}
        self.people = (
            _rows(Person, people) if names_people else {id: Named(str(Person(pk=id))) for id in people}
        )
        self.sources = sources(
            (Event.Source(event.source), event.source_id)
            for event in events
            if event.source_id is not None and (names_journeys or event.source != Event.Source.JOURNEY)
        )

    def lines(self) -> list[Line]:
        return [self._line(event) for event in self.events]

    def _line(self, event: Event) -> Line:
        title, text = self._words(event)
        kind = Event.Source(event.source)
        moments = (Kinds.ACCOUNT_INTERESTING_MOMENT, Kinds.PERSON_INTERESTING_MOMENT)
        source = self.sources.get((kind, event.source_id or 0))
        return Line(
            event.received_at,
            event.occurred_at if event.received_at - event.occurred_at >= LATE else None,
            ICONS.get(Kinds(event.type_id), "circle") if event.type_id in Kinds else "circle",
            title,
            text[:LONGEST],
            self._who(event),
            CAUSES[kind] if source else UNNAMED[kind],
            source,
            event.type_id in moments,
        )

    def _who(self, event: Event) -> Named | None:
        """The other one that it is about."""
        if self.about[0] == "account":
            return self.people.get(event.person_id or 0)
        return self.accounts.get(event.account_id or 0)

    def _words(self, event: Event) -> tuple[str, str]:
        said = event.payload if isinstance(event.payload, dict) else {}
        match event.type_id:
            case Kinds.ACCOUNT_DATA_CHANGED | Kinds.PERSON_DATA_CHANGED:
                return self._change(said)
            case Kinds.SCORE_CHANGED:
                label = self.scores.get(str(said.get("score")), str(said.get("score", "")))
                return _("Score %(name)s") % {"name": label}, _arrow(
                    _plain(said.get("old")), _plain(said.get("new"))
                )
            case Kinds.ACCOUNT_INTERESTING_MOMENT | Kinds.PERSON_INTERESTING_MOMENT:
                return story_kinds.moment(said)
            case Kinds.ADDED_TO_ACCOUNT_LIST | Kinds.REMOVED_FROM_ACCOUNT_LIST:
                return event.type.label, f"“{said.get('name', '')}”"
            case Kinds.JOURNEY_ENTERED | Kinds.JOURNEY_COMPLETED:
                named = self.sources.get((Event.Source.JOURNEY, event.source_id or 0))
                return event.type.label, f"“{named.name}”" if named else _("a deleted journey")
            case kind if kind in OF_GROUPS:
                told = said if self.names_people else timelines.nameless(said)
                return event.type.label, story_kinds.group(kind, told)
        if event.type_id in story_kinds.ACTIVITIES and (about := story_kinds.activity(said)):
            return event.type.label, about
        return event.type.label, ", ".join(f"{key}: {_plain(value)}" for key, value in said.items())

    def _change(self, said: Mapping[str, Any]) -> tuple[str, str]:
        name = str(said.get("attribute", ""))
        known = self.attributes.get(name)
        old, new = said.get("old"), said.get("new")
        if known is None:
            return str(OTHERS.get(name, name)), _arrow(_plain(old), _plain(new))
        return str(known.label), _arrow(cells.value(known, old), cells.value(known, new))


CAUSES = {
    Event.Source.JOURNEY: gettext_lazy("by the journey"),
    Event.Source.IMPORT: gettext_lazy("by the import"),
    Event.Source.STAFF: gettext_lazy("by"),
    Event.Source.API: gettext_lazy("over the API by"),
    Event.Source.SYSTEM: gettext_lazy("by the system"),
}
# Where it has no name: it is gone, or not for whoever looks.
UNNAMED = {
    Event.Source.JOURNEY: gettext_lazy("by a journey"),
    Event.Source.IMPORT: gettext_lazy("by an import"),
    Event.Source.STAFF: gettext_lazy("by a colleague"),
    Event.Source.API: gettext_lazy("over the API"),
    Event.Source.SYSTEM: CAUSES[Event.Source.SYSTEM],
}
# What is recorded as a change and is no attribute.
OTHERS = {
    "person.role_in_account": gettext_lazy("Role in the account"),
    "person.primary_account": gettext_lazy("Primary account"),
}


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return cells.amount(value)
    return cells.text(value)


def _rows(model: type[models.Model], ids: Iterable[int | None]) -> dict[int, Named]:
    """The rows of these ids with their pages; one query, none without ids."""
    wanted = [id for id in ids if id is not None]
    found = model._default_manager.filter(pk__in=wanted) if wanted else []
    return {row.pk: Named(str(row), _page(model, row.pk)) for row in found}


def sources(wanted: Iterable[tuple[Event.Source, int]]) -> dict[tuple[Event.Source, int], Named]:
    """Who causes things, by name: one query a kind of source that occurs.

    Users are named to everybody who may see what they did, also without the permission to view users: that answers
    for what changed, as in the history of a journey. It is their login name and nothing else, and pages are for staff
    of the same organisation. Programs, which may be anybody's, get no name from timelines but an id.
    """
    ids: dict[int, set[int]] = defaultdict(set)
    for kind, id in wanted:
        ids[kind].add(id)
    found: dict[tuple[Event.Source, int], Named] = {}
    users = _rows(get_user_model(), ids[Event.Source.STAFF] | ids[Event.Source.API])
    for kind in (Event.Source.STAFF, Event.Source.API):
        found |= {(kind, id): Named(named.name) for id, named in users.items()}
    found |= {
        (Event.Source.IMPORT, id): named for id, named in _rows(Import, ids[Event.Source.IMPORT]).items()
    }
    found |= {(Event.Source.JOURNEY, id): named for id, named in _journeys(ids[Event.Source.JOURNEY]).items()}
    return found


def _journeys(ids: set[int]) -> dict[int, Named]:
    """Journeys are known here only as something that can be referred to."""
    resource = resources().get("journey")
    if resource is None or not ids:
        return {}
    model = resource.rows().model
    return {id: Named(found.name, _page(model, id)) for id, found in resource.by_id(ids).items()}


def _page(model: type[models.Model], id: int) -> str:
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[id])
    except NoReverseMatch:
        return ""
