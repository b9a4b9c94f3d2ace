from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.conditions import ConditionField, unpin_all
from accounts.api.explain import described, for_account_of
from accounts.api.fields import OneOf, Text
from accounts.api.filters import ChoicesFilter, IdFilter
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.models import AccountList
from accounts.services import lists
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH


class AccountListSerializer(Sparse):
    """A named set of accounts."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    type = serializers.ChoiceField(AccountList.Type.choices)
    status = serializers.ChoiceField(AccountList.Status.choices)
    condition = ConditionField(allow_null=True, help_text="Of a dynamic list.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class NewAccountList(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    type = OneOf(AccountList.Type.choices, required=False)
    condition = ConditionField(required=False, help_text="Of a dynamic list; needed to publish it.")


class ChangedAccountList(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    condition = ConditionField(required=False, help_text="Of a dynamic list that is a draft.")


class AccountListFilter(FilterSet):
    type = ChoicesFilter(choices=AccountList.Type.choices)
    status = ChoicesFilter(choices=AccountList.Status.choices)
    account = IdFilter(field_name="members__account_id", label="The id of an account that is on the list.")


class AccountListViewSet(Listed, Retrieved):
    """Account lists: static ones are filled by hand and by journeys, dynamic ones by their condition."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_accountlist",
        "retrieve": "accounts.view_accountlist",
        "create": "accounts.add_accountlist",
        "partial_update": "accounts.change_accountlist",
        "destroy": "accounts.delete_accountlist",
        "publish": "accounts.publish_accountlist",
        "explain": "accounts.view_accountlist",
    }
    parameters = {"explain": ("account",)}
    tagged = ("retrieve", "create", "partial_update", "publish")
    matched = ("partial_update", "destroy", "publish")
    queryset = AccountList.objects.select_related("created_by")
    serializer_class = AccountListSerializer
    filterset_class = AccountListFilter
    search_fields = ("name",)
    ordering_fields = {
        "name": "name",
        "status": "status",
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
    ordering = "-updated_at"

    def prepare(self, rows: Sequence[Any]) -> None:
        unpin_all(rows)

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=NewAccountList, responses={201: AccountListSerializer})
    def create(self, request: Request) -> Response:
        """A new list, as a draft."""
        given = NewAccountList.values_of(request)
        return self.created(lists.create(**given, by=request.user, now=clock.now()))

    @extend_schema(request=ChangedAccountList)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change name, description, and in a draft the condition."""
        given = ChangedAccountList.values_of(request)
        seen = etag.asked_moment(request)
        return self.shown(
            lists.edit(self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen)
        )

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a list for good, unless something uses it."""
        lists.delete(self.get_object(), by=request.user, unchanged_since=etag.asked_moment(request))
        return Response(status=204)

    @extend_schema(request=Nothing, responses=AccountListSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: int) -> Response:
        """Make a draft live: journeys can use it; the condition of a dynamic one is frozen."""
        Nothing.values_of(request)
        seen = etag.asked_moment(request)
        return self.shown(
            lists.publish(self.get_object(), by=request.user, now=clock.now(), unchanged_since=seen)
        )

    @described
    @action(detail=True, methods=["get"])
    def explain(self, request: Request, pk: int) -> Response:
        """Why an account satisfies the condition of a dynamic list, or does not, now."""
        return for_account_of(request, self.get_object().condition)
