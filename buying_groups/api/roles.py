from __future__ import annotations

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import Text
from accounts.api.filters import YesNoFilter
from accounts.api.serializers import Sparse, Strict, UserSerializer
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.models import Role
from buying_groups.services import roles
from buying_groups.services.roles import NAME_LENGTH


class RoleSerializer(Sparse):
    """What somebody does in a decision."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    is_built_in = serializers.BooleanField(help_text="It can be neither changed nor deleted.")
    position = serializers.IntegerField(help_text="Built-in ones come first.")
    created_at = serializers.DateTimeField(allow_null=True)
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)


class NewRole(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)


class ChangedRole(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)


class RoleFilter(FilterSet):
    is_built_in = YesNoFilter()


class RoleViewSet(Listed, Retrieved):
    """The roles of buying groups: six built-in ones, at most twenty in all."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_role",
        "retrieve": "buying_groups.view_role",
        "create": "buying_groups.add_role",
        "partial_update": "buying_groups.change_role",
        "destroy": "buying_groups.delete_role",
    }
    tagged = ("retrieve", "create", "partial_update")
    matched = ("partial_update", "destroy")
    queryset = Role.objects.select_related("created_by")
    serializer_class = RoleSerializer
    filterset_class = RoleFilter
    search_fields = ("name",)
    ordering_fields = {
        "position": "position",
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
    ordering = "position"
    nulls_last = ("created_at", "updated_at")

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at) if row.updated_at else ""

    @extend_schema(request=NewRole, responses={201: RoleSerializer})
    def create(self, request: Request) -> Response:
        """A new role, which templates can use at once."""
        return self.created(roles.create(**NewRole.values_of(request), by=request.user, now=clock.now()))

    @extend_schema(request=ChangedRole)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change name or description; a new name shows wherever the role is used."""
        given, seen = ChangedRole.values_of(request), etag.asked_moment(request)
        return self.shown(
            roles.edit(self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen)
        )

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a role for good, unless something uses it."""
        roles.delete(self.get_object(), by=request.user, unchanged_since=etag.asked_moment(request))
        return Response(status=204)
