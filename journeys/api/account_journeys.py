from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import FilterSet
from rest_framework import serializers

from accounts.api.base import Listed
from accounts.api.filters import ChoicesFilter
from accounts.api.pages import Cursor
from accounts.errors import require
from accounts.models import Account
from journeys.api.entries import ROWS
from journeys.api.entry_serializers import STATUSES, EntrySerializer
from journeys.models import Entry, Journey


class EntryOfAccountSerializer(EntrySerializer):
    """One way of the account through one journey."""

    journey_name = serializers.CharField(source="journey.name")


class EntryOfAccountFilter(FilterSet):
    status = ChoicesFilter(choices=[(name, name) for name in STATUSES], method="of_status")

    def of_status(self, rows: QuerySet[Any], name: str, value: Sequence[str]) -> QuerySet[Any]:
        statuses = {int(Entry.Status[status.upper()]) for status in value}
        if not statuses:
            return rows
        over = Q(journey__status=Journey.Status.ABORTED)
        inside = statuses.intersection(Entry.INSIDE)
        found = Q(status__in=statuses - inside) | Q(status__in=inside) & ~over
        if Entry.Status.ABORTED in statuses:
            found |= Q(status__in=Entry.INSIDE) & over
        return rows.filter(found)


class AccountJourneysViewSet(Listed):
    """The journeys that an account is in or was in, each time that it entered one; the latest first.

    For those who may view journeys and entries, as on the account's page. With `status=active,failed`: where it is now.
    """

    area = "journeys"
    permissions = {"list": "journeys.view_journey"}
    queryset = ROWS.filter(journey__deleted_at__isnull=True)
    serializer_class = EntryOfAccountSerializer
    filterset_class = EntryOfAccountFilter
    pagination_class = Cursor
    # Not by id: for an account with many entries all entries would be read backwards, until enough of it are found.
    ordering_fields = {"started_at": "started_at"}
    ordering = "-started_at"

    def get_queryset(self) -> QuerySet[Any]:
        account = Account.objects.only("pk").get(pk=self.kwargs["account_id"])
        require(self.request.user, "journeys.view_entry")
        return super().get_queryset().filter(account=account)
