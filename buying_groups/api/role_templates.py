from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.base import Listed, Retrieved
from accounts.api.conditions import ConditionField, unpin_all
from accounts.api.fields import HIGHEST_ID, Text, Whole, YesNo
from accounts.api.filters import ChoicesFilter, IdFilter
from accounts.api.problem import FaultSerializer, faults_of
from accounts.api.serializers import Nothing, Sparse, Strict, UserSerializer
from accounts.services.saving import DESCRIPTION_LENGTH, NAME_LENGTH
from buying_groups.models import RoleTemplate, TemplateRole
from buying_groups.services import role_templates
from buying_groups.services.template_roles import MOST_NEEDED

WEIGHTS = "What it counts in a group's engagement: " + ", ".join(
    f"{weight.value} {weight.label.lower()}" for weight in TemplateRole.Weight
)
AUTOMATIC = "Give it to people of the account who meet the condition."
NEEDED = "How many members a group needs in it to be complete."


class TemplateRoleSerializer(serializers.Serializer[Any]):
    """A role of a template."""

    role = serializers.IntegerField(source="role_id")
    role_name = serializers.CharField(source="role.name")
    weight = serializers.IntegerField(help_text=WEIGHTS)
    assigns_automatically = serializers.BooleanField(help_text=AUTOMATIC)
    condition = ConditionField(allow_null=True, help_text="On people of the account.")
    is_required = serializers.BooleanField(help_text="It counts for the completeness of groups.")
    members_needed = serializers.IntegerField(help_text=NEEDED)


class GivenRole(Strict):
    """A role of a template. The service checks it; this describes it."""

    role = Whole(min_value=1, max_value=HIGHEST_ID, help_text="The id of the role; each is there once.")
    weight = Whole(required=False, min_value=20, max_value=100, help_text=f"{WEIGHTS}. Default: 60.")
    assigns_automatically = YesNo(required=False, help_text=f"{AUTOMATIC} Default: true.")
    condition = ConditionField(
        required=False, allow_null=True, help_text="Needed to publish a role that is assigned automatically."
    )
    is_required = YesNo(required=False, help_text="Default: true.")
    members_needed = Whole(
        required=False, min_value=1, max_value=MOST_NEEDED, help_text=f"{NEEDED} Default: 1."
    )


@extend_schema_field(GivenRole(many=True))
class GivenRoles(serializers.JSONField):
    """All roles of a template, in the order of their priority."""


class RoleTemplateSerializer(Sparse):
    """Which roles a buying group has, and who gets them."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(RoleTemplate.Status.choices)
    roles = TemplateRoleSerializer(many=True, help_text="In the order of their priority.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = UserSerializer(allow_null=True)


class NewRoleTemplate(Strict):
    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    roles = GivenRoles(required=False)


class ChangedRoleTemplate(Strict):
    name = Text(required=False, longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    roles = GivenRoles(required=False, help_text="All of them; those that are not given go.")


class ProblemsOfTemplateSerializer(serializers.Serializer[Any]):
    """What keeps a draft from being published; their places are those of the template's own members."""

    problems = FaultSerializer(many=True)


class RoleTemplateFilter(FilterSet):
    status = ChoicesFilter(choices=RoleTemplate.Status.choices)
    role = IdFilter(field_name="roles__role_id", label="The id of a role that is in the template.")


class RoleTemplateViewSet(Listed, Retrieved):
    """Role templates: a draft can be changed, a live one is final and can be used by solution interests."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_roletemplate",
        "retrieve": "buying_groups.view_roletemplate",
        "create": "buying_groups.add_roletemplate",
        "partial_update": "buying_groups.change_roletemplate",
        "destroy": "buying_groups.delete_roletemplate",
        "problems": "buying_groups.view_roletemplate",
        "publish": "buying_groups.publish_roletemplate",
    }
    tagged = ("retrieve", "create", "partial_update", "publish")
    matched = ("partial_update", "destroy", "publish")
    queryset = RoleTemplate.objects.select_related("created_by", "published_by").prefetch_related(
        Prefetch("roles", TemplateRole.objects.select_related("role").order_by("priority"))
    )
    serializer_class = RoleTemplateSerializer
    filterset_class = RoleTemplateFilter
    search_fields = ("name",)
    ordering_fields = {
        "name": "name",
        "status": "status",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "published_at": "published_at",
    }
    ordering = "-updated_at"
    nulls_last = ("published_at",)

    def prepare(self, rows: Sequence[Any]) -> None:
        unpin_all([role for template in rows for role in template.roles.all()])

    def tag(self, row: Any) -> str:
        return etag.of_moment(row.updated_at)

    @extend_schema(request=NewRoleTemplate, responses={201: RoleTemplateSerializer})
    def create(self, request: Request) -> Response:
        """A new template, as a draft; a role may still wait for its condition."""
        given = NewRoleTemplate.values_of(request)
        made = role_templates.create(**given, by=request.user, now=clock.now())
        return self.created(self.get_queryset().get(pk=made.pk))

    @extend_schema(request=ChangedRoleTemplate)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a draft: its name, its description, all of its roles at once."""
        given, seen = ChangedRoleTemplate.values_of(request), etag.asked_moment(request)
        role_templates.edit(
            self.get_object(), **given, by=request.user, now=clock.now(), unchanged_since=seen
        )
        return self.shown(self.get_object())

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete a template for good, unless a solution interest uses it."""
        role_templates.delete(self.get_object(), by=request.user, unchanged_since=etag.asked_moment(request))
        return Response(status=204)

    @extend_schema(responses=ProblemsOfTemplateSerializer)
    @action(detail=True, methods=["get"])
    def problems(self, request: Request, pk: int) -> Response:
        """What keeps a draft from being published; none of a live template."""
        found = faults_of(role_templates.problems(self.get_object()))
        return Response({"problems": [fault.as_json() for fault in found]})

    @extend_schema(request=Nothing, responses=RoleTemplateSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: int) -> Response:
        """Make a draft live, for ever: solution interests can use it, and nothing of it changes any more."""
        Nothing.values_of(request)
        seen = etag.asked_moment(request)
        role_templates.publish(self.get_object(), by=request.user, now=clock.now(), unchanged_since=seen)
        return self.shown(self.get_object())
