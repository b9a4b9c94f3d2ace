from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock
from accounts.api.base import Listed
from accounts.api.fields import HIGHEST_ID, Text, Whole, YesNo
from accounts.api.serializers import Sparse, Strict
from accounts.models import AccountPerson, Person
from accounts.services import relations
from accounts.services.relations import LONGEST_ROLE


class RelationSerializer(Sparse):
    """That a person belongs to an account, and as what."""

    account = serializers.IntegerField(source="account_id")
    account_name = serializers.CharField(source="account.name")
    role = serializers.CharField(allow_blank=True)
    is_primary = serializers.BooleanField()


class NewRelation(Strict):
    account = Whole(min_value=1, max_value=HIGHEST_ID)
    role = Text(required=False, longest=LONGEST_ROLE)
    is_primary = YesNo(required=False)


class ChangedRelation(Strict):
    role = Text(required=False, longest=LONGEST_ROLE)
    is_primary = YesNo(required=False)


class RelationViewSet(Listed):
    """The accounts that a person belongs to."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_person",
        "add": "accounts.change_person",
        "edit": "accounts.change_person",
        "remove": "accounts.change_person",
    }
    queryset = AccountPerson.objects.select_related("account")
    serializer_class = RelationSerializer
    ordering_fields = {"id": "id"}
    ordering = "id"

    def get_queryset(self) -> QuerySet[Any]:
        return (
            super().get_queryset().filter(person=Person.objects.only("pk").get(pk=self.kwargs["person_id"]))
        )

    @extend_schema(request=NewRelation, responses={200: RelationSerializer, 201: RelationSerializer})
    def add(self, request: Request, person_id: int) -> Response:
        """Make the person belong to an account: 201. One that does already gets the role and the mark that are
        given: 200.
        """
        given = NewRelation.values_of(request)
        account_id = given.pop("account")
        _, is_new = relations.add(account_id, person_id, **given, by=request.user, now=clock.now())
        return self.shown(self.get_queryset().get(account_id=account_id), 201 if is_new else 200)

    @extend_schema(request=ChangedRelation)
    def edit(self, request: Request, person_id: int, account_id: int) -> Response:
        """Change the role or the primary mark."""
        given = ChangedRelation.values_of(request)
        relations.edit(account_id, person_id, **given, by=request.user, now=clock.now())
        return self.shown(self.get_queryset().get(account_id=account_id))

    def remove(self, request: Request, person_id: int, account_id: int) -> Response:
        """Let the person leave the account."""
        relation = self.get_queryset().get(account_id=account_id)
        relations.remove(relation.account_id, person_id, by=request.user, now=clock.now())
        return Response(status=204)
