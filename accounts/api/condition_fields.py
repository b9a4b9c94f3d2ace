from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiViewSet
from accounts.api.problem import refused_parameter
from accounts.conditions import catalogue_for
from accounts.models import CustomAttribute

ABOUT = ("account", "person")


class OperatorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class NestedFieldSerializer(serializers.Serializer[Any]):
    """Something that a filter can ask about."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    group = serializers.CharField(allow_blank=True)
    subject = serializers.CharField()
    type = serializers.CharField(help_text="text, choice, number, date, time, yes_no, reference or set.")
    operators = OperatorSerializer(many=True)
    choices = ChoiceSerializer(many=True)
    resource = serializers.CharField(
        allow_blank=True, help_text="What its values name: account_list, audience …"
    )
    keys = serializers.ListField(child=serializers.CharField(), help_text="Further keys of a filter on it.")
    key_resources = serializers.DictField(
        child=serializers.CharField(), help_text="What the values of further keys name."
    )


class ConditionFieldSerializer(NestedFieldSerializer):
    fields_ = NestedFieldSerializer(many=True, help_text="Of the nested condition of a set.")

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


@extend_schema_serializer(many=False)
class ConditionFieldsSerializer(serializers.Serializer[Any]):
    results = ConditionFieldSerializer(many=True)


class ConditionFieldViewSet(ApiViewSet):
    """What conditions may ask about."""

    area = "accounts"
    permissions = {"list": "accounts.view_account"}
    parameters = {"list": ("about",)}
    pagination_class = None
    queryset = CustomAttribute.objects.none()

    @extend_schema(
        parameters=[
            OpenApiParameter("about", str, enum=ABOUT, description="On accounts (the default) or on people.")
        ],
        responses={200: ConditionFieldsSerializer},
    )
    def list(self, request: Request) -> Response:
        """The fields of conditions, each with its operators and the values that it takes."""
        about = request.query_params.get("about", "account")
        if about not in ABOUT:
            raise refused_parameter("about", f"One of {', '.join(ABOUT)} is needed.", "unknown_choice")
        return Response({"results": catalogue_for(about)})  # type: ignore[arg-type]
