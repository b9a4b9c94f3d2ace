from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import timelines
from accounts.api import cursors, pages
from accounts.api.base import Listed
from accounts.api.filters import in_utc
from accounts.api.pages import Cursor
from accounts.api.permissions import may_see
from accounts.api.query import order_of
from accounts.api.serializers import Sparse
from accounts.models import Account, Event, EventType, Person
from accounts.timelines import Happening, Hidden, Place, Row, Source

STEP = "null: a step of a journey, of which `payload` has the `entry` and, in that, the `number`."
TYPE = "An event type, or journey_step: a node of a journey that the account came to at `occurred_at`."
PAYLOAD = (
    "What the event says: attribute, old, new … Of a step what the visits of its entry say, and `journey`, `entry`,"
    " `ended` (why the entry ended there) and `has_failed`."
)


class EventSerializer(Sparse):
    """Something that happened, once."""

    id = serializers.IntegerField(allow_null=True, help_text=STEP)
    type = serializers.CharField(help_text=TYPE)
    account = serializers.IntegerField(source="account_id", allow_null=True)
    person = serializers.IntegerField(source="person_id", allow_null=True)
    occurred_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="journey, import, staff, api or system."
    )
    # No names: whose program asks is not known, and who a user is, is for those who may view users.
    source_id = serializers.IntegerField(allow_null=True, help_text="The id of that journey, import or user.")
    payload = serializers.DictField(help_text=PAYLOAD)

    def get_source(self, row: Any) -> str:
        return Event.Source(row["source"]).name.lower()


class Timeline(Listed):
    """What happened, latest first."""

    area = "accounts"
    # For the schema; `sources` says what is read.
    queryset = Event.objects.none()
    serializer_class = EventSerializer
    pagination_class = Cursor
    ordering_fields = {"received_at": "received_at"}
    ordering = "-received_at"

    def hidden(self) -> Hidden:
        """What neither the user nor the token's scopes let be seen."""
        return timelines.hidden(lambda guard: may_see(self.request, guard))

    def sources(self) -> Sequence[Source]:
        """What this timeline is made of."""
        raise NotImplementedError

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of what happened."""
        sources, size = self.sources(), pages.page_size(request)
        [(_, is_down), *_] = order_of(request, self)
        behind = _place(request.query_params.get("cursor"), is_down=is_down)
        found = timelines.page(sources, size=size, behind=behind, is_down=is_down)
        next = pages.link(request, "cursor", _cursor(found.end, is_down=is_down)) if found.end else None
        names_people = EventType.BuiltIn.PERSON_INTERESTING_MOMENT not in self.hidden()
        columns = [_columns(row, names_people) for row in found.rows]
        shown = self.get_serializer(columns, many=True).data
        return pages.answer(shown, count=timelines.count(sources, pages.EXACT_TO), next=next)


def _columns(row: Row, names_people: bool) -> dict[str, Any]:
    if isinstance(row, Happening):
        return {
            "id": None, "type": row.type, "account_id": row.account_id, "person_id": None, "occurred_at": row.at,
            "received_at": row.at, "source": row.source, "source_id": row.source_id, "payload": row.payload,
        }  # fmt: skip
    names = ("id", "account_id", "person_id", "occurred_at", "received_at", "source", "source_id", "payload")
    columns = {"type": row.type.name, **{name: getattr(row, name) for name in names}}
    if row.type_id in timelines.OF_GROUPS and not names_people:
        columns["payload"] = timelines.nameless(row.payload)
    return columns


def _cursor(place: Place, *, is_down: bool) -> str:
    return cursors.encode([_name(is_down), place.at.isoformat(), place.rank, place.first, place.second])


def _place(cursor: str | None, *, is_down: bool) -> Place | None:
    """The place that a cursor stands for.

    :raises Refusal: 400, for a cursor of the other order, or none of ours
    """
    if cursor is None:
        return None
    name, at, *numbers = cursors.decode(cursor, 5)
    if name != _name(is_down) or not all(isinstance(number, int) for number in numbers):
        raise cursors.refused()
    try:
        return Place(in_utc(datetime.fromisoformat(at)), *numbers)
    except (ValueError, TypeError, OverflowError):
        raise cursors.refused() from None


def _name(is_down: bool) -> str:
    return "-received_at" if is_down else "received_at"


class AccountTimeline(Timeline):
    """What happened to an account, the interesting moments of its people and the steps of its journeys, latest first.

    What concerns buying groups, lists, journeys and people is for those who may view them; the steps are for those
    who may view journeys, entries and visits.
    """

    permissions = {"list": "accounts.view_account"}

    def sources(self) -> Sequence[Source]:
        account = Account.objects.only("pk").get(pk=self.kwargs["account_id"])
        return timelines.of_account(account, self.hidden())


class PersonTimeline(Timeline):
    """What happened to a person, and the interesting moments of their accounts, latest first.

    What concerns buying groups, lists, journeys and accounts is for those who may view them. The steps of journeys
    are in the timelines of accounts, which make them.
    """

    permissions = {"list": "accounts.view_person"}

    def sources(self) -> Sequence[Source]:
        person = Person.objects.only("pk").get(pk=self.kwargs["person_id"])
        return timelines.of_person(person, self.hidden())
