from __future__ import annotations

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import Listed, Retrieved
from accounts.api.fields import OneOf, Text, YesNo
from accounts.api.filters import ChoicesFilter
from accounts.api.serializers import Sparse, Strict
from accounts.models import CustomAttribute
from accounts.services import attributes


class CustomAttributeSerializer(Sparse):
    """A value that an administrator has added to accounts or people."""

    id = serializers.IntegerField()
    subject = serializers.ChoiceField(CustomAttribute.Subject.choices)
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(CustomAttribute.Type.choices)
    managed = serializers.BooleanField(help_text="Journeys may read it.")
    updatable = serializers.BooleanField(help_text="Actions of journeys may write it.")


class NewCustomAttribute(Strict):
    subject = OneOf(CustomAttribute.Subject.choices)
    name = Text(longest=63, shortest=1, help_text="Small letters, digits and _; fixed from now on.")
    label = Text(longest=100, shortest=1)  # type: ignore[assignment]
    type = OneOf(CustomAttribute.Type.choices)
    managed = YesNo(required=False)
    updatable = YesNo(required=False)


class ChangedCustomAttribute(Strict):
    label = Text(required=False, longest=100, shortest=1)  # type: ignore[assignment]
    managed = YesNo(required=False)
    updatable = YesNo(required=False)


class CustomAttributeFilter(FilterSet):
    subject = ChoicesFilter(choices=CustomAttribute.Subject.choices)


class CustomAttributeViewSet(Listed, Retrieved):
    """Custom attributes of accounts and people."""

    area = "accounts"
    permissions = {
        "list": "accounts.view_customattribute",
        "retrieve": "accounts.view_customattribute",
        "create": "accounts.add_customattribute",
        "partial_update": "accounts.change_customattribute",
        "destroy": "accounts.delete_customattribute",
    }
    queryset = CustomAttribute.objects.all()
    serializer_class = CustomAttributeSerializer
    filterset_class = CustomAttributeFilter
    search_fields = ("name", "label")
    ordering_fields = {"name": "name", "label": "label", "subject": "subject"}
    ordering = "subject,name"

    @extend_schema(request=NewCustomAttribute, responses={201: CustomAttributeSerializer})
    def create(self, request: Request) -> Response:
        """A new attribute."""
        return self.created(attributes.create(**NewCustomAttribute.values_of(request), by=request.user))

    @extend_schema(request=ChangedCustomAttribute)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what may change: label, managed, updatable."""
        return self.shown(attributes.edit(pk, **ChangedCustomAttribute.values_of(request), by=request.user))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete an attribute that nobody has a value of."""
        attributes.delete(pk, by=request.user)
        return Response(status=204)
