from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.conditions import ConditionField, unpin_all
from accounts.api.explain import described, for_account_of
from accounts.api.fields import Text
from accounts.api.serializers import Sparse, Strict, UserSerializer
from accounts.conditions import CannotCompile, count_accounts, count_people
from accounts.errors import Conflict
from accounts.models import Audience
from accounts.services import audiences
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH


class AudienceSerializer(Sparse):
    """A saved condition on accounts."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    condition = ConditionField()
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()


class NewAudience(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    condition = ConditionField()


class ChangedAudience(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    condition = ConditionField(required=False)


class SizeSerializer(serializers.Serializer[Any]):
    """How many satisfy the condition now."""

    accounts = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Who belong to these accounts.")


class AudienceViewSet(Listed, Retrieved):
    """Audiences: a journey may start with one."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_audience",
        "retrieve": "accounts.view_audience",
        "create": "accounts.add_audience",
        "partial_update": "accounts.change_audience",
        "destroy": "accounts.delete_audience",
        "count": "accounts.view_audience",
        "explain": "accounts.view_audience",
    }
    parameters = {"explain": ("account",)}
    tagged = ("retrieve", "create", "partial_update")
    matched = ("partial_update", "destroy")
    queryset = Audience.objects.select_related("created_by")
    serializer_class = AudienceSerializer
    search_fields = ("name",)
    ordering_fields = {"name": "name", "created_at": "created_at", "updated_at": "updated_at"}
    ordering = "-updated_at"

    def prepare(self, rows: Sequence[Any]) -> None:
        unpin_all(rows)

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=NewAudience, responses={201: AudienceSerializer})
    def create(self, request: Request) -> Response:
        """A new audience, which can be used at once."""
        given = NewAudience.values_of(request)
        return self.created(audiences.create(**given, by=request.user, now=clock.now()))

    @extend_schema(request=ChangedAudience)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change it; a new condition is asked of all accounts once, and removes nobody who is inside."""
        given, seen = ChangedAudience.values_of(request), etag.asked_moment(request)
        return self.shown(
            audiences.edit(self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen)
        )

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete an audience for good, unless something uses it."""
        audiences.delete(self.get_object(), by=request.user, unchanged_since=etag.asked_moment(request))
        return Response(status=204)

    @extend_schema(responses=SizeSerializer)
    @action(detail=True, methods=["get"])
    def count(self, request: Request, pk: int) -> Response:
        """How many accounts, and people of these, satisfy the condition now."""
        condition, now = self.get_object().condition, clock.now()
        try:
            found = {
                "accounts": count_accounts(condition, now=now),
                "people": count_people(condition, now=now),
            }
        except CannotCompile as error:
            raise Conflict("cannot_evaluate", str(error)) from error
        return Response(found)

    @described
    @action(detail=True, methods=["get"])
    def explain(self, request: Request, pk: int) -> Response:
        """Why an account satisfies it, or does not: each filter with its verdict and what it saw."""
        return for_account_of(request, self.get_object().condition)
