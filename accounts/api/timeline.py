from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from accounts import timelines
from accounts.api import scopes
from accounts.api.base import Listed
from accounts.api.pages import Cursor
from accounts.api.serializers import Sparse
from accounts.models import Account, ApiToken, Event, Person


class EventSerializer(Sparse):
    """Something that happened, once."""

    id = serializers.IntegerField()
    type = serializers.CharField(source="type.name")
    account = serializers.IntegerField(source="account_id", allow_null=True)
    person = serializers.IntegerField(source="person_id", allow_null=True)
    occurred_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="journey, import, staff, api or system."
    )
    source_id = serializers.IntegerField(allow_null=True, help_text="The id of that journey, import or user.")
    payload = serializers.DictField(help_text="What the event says: attribute, old, new …")

    def get_source(self, event: Event) -> str:
        return Event.Source(event.source).name.lower()


class Timeline(Listed):
    """What happened, latest first."""

    area = "accounts"
    queryset = Event.objects.select_related("type")
    serializer_class = EventSerializer
    pagination_class = Cursor
    ordering_fields = {"received_at": "received_at"}
    ordering = "-received_at"

    def hidden(self) -> frozenset[int]:
        """The kinds of event that neither the user nor the token's scopes let be seen."""
        token = self.request.auth
        return timelines.hidden(
            lambda guard: (
                self.request.user.has_perm(guard.permission)
                and (not isinstance(token, ApiToken) or scopes.allows(token, guard.area, writes=False))
            )
        )

    def of(self, sources: Sequence[Q]) -> QuerySet[Any]:
        """The events of these sources; their ids are given as numbers, so that each is found by its index."""
        return super().get_queryset().filter(reduce(or_, sources))


class AccountTimeline(Timeline):
    """What happened to an account, and the interesting moments of its people, latest first.

    What concerns buying groups, lists, journeys and people is for those who may view them.
    """

    permissions = {"list": "accounts.view_account"}

    def get_queryset(self) -> QuerySet[Any]:
        account = Account.objects.only("pk").get(pk=self.kwargs["account_id"])
        return self.of(timelines.of_account(account, self.hidden()))


class PersonTimeline(Timeline):
    """What happened to a person, and the interesting moments of their accounts, latest first.

    What concerns buying groups, lists, journeys and accounts is for those who may view them.
    """

    permissions = {"list": "accounts.view_person"}

    def get_queryset(self) -> QuerySet[Any]:
        person = Person.objects.only("pk").get(pk=self.kwargs["person_id"])
        return self.of(timelines.of_person(person, self.hidden()))
