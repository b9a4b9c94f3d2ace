from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed
from accounts.api.conditions import ConditionField
from accounts.api.fields import ids
from accounts.api.pages import Cursor
from accounts.api.serializers import Sparse, Strict
from accounts.models import AccountList, ListMember
from accounts.services import lists, memberships

MOST = 1_000


class MemberSerializer(Sparse):
    """An account that is on the list."""

    account = serializers.IntegerField(source="account_id")
    name = serializers.CharField(source="account.name")
    domain = serializers.CharField(source="account.domain", allow_blank=True)
    added_at = serializers.DateTimeField()


class GivenAccounts(Strict):
    accounts = ids(MOST, "Ids of accounts.")


class GivenFilter(Strict):
    condition = ConditionField(help_text="On accounts, with one filter at least. It is not kept.")


class AddedSerializer(serializers.Serializer[Any]):
    """What filling a list by a condition has done."""

    added = serializers.IntegerField(help_text="How many accounts were not on the list before.")


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of one account."""

    account = serializers.IntegerField()
    outcome = serializers.ChoiceField(
        [
            memberships.ADDED, memberships.ALREADY_MEMBER, memberships.REMOVED, memberships.NOT_A_MEMBER,
            memberships.NOT_FOUND,
        ]
    )  # fmt: skip


class OutcomesSerializer(serializers.Serializer[Any]):
    """What became of each account, in the order in which they were given."""

    results = OutcomeSerializer(many=True)


class MemberViewSet(Listed):
    """The accounts on a list. Only static lists can be changed by hand."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_accountlist",
        "add": "accounts.edit_members_accountlist",
        "add_by_filter": "accounts.edit_members_accountlist",
        "remove": "accounts.edit_members_accountlist",
    }
    bodies_of_delete = ("remove",)
    queryset = ListMember.objects.select_related("account")
    serializer_class = MemberSerializer
    pagination_class = Cursor
    ordering_fields = {"account": "account_id"}
    ordering = "account"
    tiebreak = "account_id"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(account_list=self._list())

    @extend_schema(request=GivenAccounts, responses=OutcomesSerializer)
    def add(self, request: Request, list_id: int) -> Response:
        """Put up to 1,000 accounts on the list; answered one by one."""
        given = GivenAccounts.values_of(request)["accounts"]
        verdicts = memberships.add_each(self._list(), given, by=request.user, now=clock.now())
        return _each(given, verdicts)

    @extend_schema(request=GivenFilter, responses={200: AddedSerializer})
    def add_by_filter(self, request: Request, list_id: int) -> Response:
        """Put all accounts that satisfy a condition now on the list, once; `conditions/count/` says how many do."""
        condition = GivenFilter.values_of(request)["condition"]
        added = lists.add_by_filter(self._list(), condition, by=request.user, now=clock.now())
        return Response({"added": added})

    @extend_schema(request=GivenAccounts, responses={200: OutcomesSerializer})
    def remove(self, request: Request, list_id: int) -> Response:
        """Take up to 1,000 accounts off the list; answered one by one."""
        given = GivenAccounts.values_of(request)["accounts"]
        verdicts = memberships.remove_each(self._list(), given, by=request.user, now=clock.now())
        return _each(given, verdicts)

    def _list(self) -> AccountList:
        return AccountList.objects.get(pk=self.kwargs["list_id"])


def _each(given: list[int], verdicts: list[str]) -> Response:
    pairs = zip(given, verdicts, strict=True)
    return Response({"results": [{"account": id, "outcome": outcome} for id, outcome in pairs]})
