from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from accounts.api.base import Listed
from accounts.api.pages import Cursor
from accounts.api.serializers import Sparse
from accounts.models import Account, AccountPerson, Event, EventType, Person


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


class AccountTimeline(Timeline):
    """What happened to an account, and to its people on its behalf, latest first."""

    permissions = {"list": "accounts.view_account"}

    def get_queryset(self) -> QuerySet[Any]:
        account = Account.objects.only("pk").get(pk=self.kwargs["account_id"])
        return super().get_queryset().filter(account_id=account.pk)


class PersonTimeline(Timeline):
    """What happened to a person, and the interesting moments of their accounts, latest first."""

    permissions = {"list": "accounts.view_person"}

    def get_queryset(self) -> QuerySet[Any]:
        person = Person.objects.only("pk").get(pk=self.kwargs["person_id"])
        theirs = AccountPerson.objects.filter(person=person).values("account_id")
        moments = Q(type_id=EventType.BuiltIn.ACCOUNT_INTERESTING_MOMENT, account_id__in=theirs)
        return super().get_queryset().filter(Q(person_id=person.pk) | moments)
