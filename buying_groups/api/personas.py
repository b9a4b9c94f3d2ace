from __future__ import annotations

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.fields import Text, Whole
from accounts.api.serializers import Sparse, Strict, UserSerializer
from accounts.services.saving import DESCRIPTION_LENGTH
from buying_groups.models import Persona
from buying_groups.services import personas
from buying_groups.services.personas import NAME_LENGTH

PLACE = "Where it stands: a person has the first persona that fits."


class PersonaAttribute(Strict):
    """What is known of a person, and the texts of which it must be one. The service checks it; this describes it."""

    field = serializers.CharField(
        help_text="A text about people, as person.job_title or person.custom.level."
    )
    values = serializers.ListField(
        child=Text(), min_length=1, max_length=500, help_text="Any of them; upper or lower case is the same."
    )


@extend_schema_field(PersonaAttribute(many=True))
class Attributes(serializers.JSONField):
    """One to five attributes, all of which must fit."""


class PersonaSerializer(Sparse):
    """A sort of person, told by values of their attributes."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    position = serializers.IntegerField(help_text=PLACE)
    attributes = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()

    @extend_schema_field(PersonaAttribute(many=True))
    def get_attributes(self, row: Persona) -> list[dict[str, Any]]:
        return personas.given(row)


class NewPersona(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    attributes = Attributes()
    position = Whole(required=False, min_value=1, max_value=Persona.MOST, help_text=f"{PLACE} Default: last.")


class ChangedPersona(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    attributes = Attributes(required=False)
    position = Whole(required=False, min_value=1, max_value=Persona.MOST, help_text=PLACE)


class PersonaFilter(FilterSet):
    pass


class PersonaViewSet(Listed, Retrieved):
    """Personas: sorts of people, which conditions ask for as person.persona. At most twenty."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_persona",
        "retrieve": "buying_groups.view_persona",
        "create": "buying_groups.add_persona",
        "partial_update": "buying_groups.change_persona",
        "destroy": "buying_groups.delete_persona",
    }
    tagged = ("retrieve", "create", "partial_update")
    matched = ("partial_update", "destroy")
    queryset = Persona.objects.select_related("created_by")
    serializer_class = PersonaSerializer
    filterset_class = PersonaFilter
    search_fields = ("name",)
    ordering_fields = {
        "position": "position",
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
    ordering = "position"

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=NewPersona, responses={201: PersonaSerializer})
    def create(self, request: Request) -> Response:
        """A new persona, which conditions can ask for at once."""
        return self.created(
            personas.create(**NewPersona.values_of(request), by=request.user, now=clock.now())
        )

    @extend_schema(request=ChangedPersona)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given; conditions that name it ask by its new values from now on."""
        given, seen = ChangedPersona.values_of(request), etag.asked_moment(request)
        return self.shown(
            personas.edit(self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen)
        )

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a persona for good, unless a condition names it."""
        personas.delete(self.get_object(), by=request.user, unchanged_since=etag.asked_moment(request))
        return Response(status=204)
