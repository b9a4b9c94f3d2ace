from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import conditions
from accounts.api import clock, pages
from accounts.api.base import ApiViewSet
from accounts.api.conditions import ConditionField
from accounts.api.fields import Existing
from accounts.api.problem import refused_parameter
from accounts.api.serializers import Strict
from accounts.conditions import CannotCompile
from accounts.errors import Conflict, require
from accounts.findings import Invalid
from accounts.models import Account, Audience, Person


class ExplainedSerializer(serializers.Serializer[Any]):
    """A condition with its verdict: of a filter what it saw, of a group its parts."""

    verdict = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    seen = serializers.JSONField(allow_null=True)
    match = serializers.CharField(allow_blank=True)
    parts = serializers.ListField(child=serializers.DictField())


class Asked(Strict):
    condition = ConditionField(help_text="On accounts; on people where a person is given.")
    account = Existing(lambda: Account.objects.all(), help_text="The id of an account.")
    person = Existing(
        lambda: Person.objects.all(), required=False, help_text="A person, as one of the account."
    )


described = extend_schema(
    parameters=[OpenApiParameter("account", int, required=True, description="The id of an account.")],
    responses=ExplainedSerializer,
)


def for_account_of(request: Request, condition: Any) -> Response:
    """A saved condition, explained for the account that the query names.

    :raises PermissionDenied: if the user may not see accounts
    :raises Conflict: if there is no condition, or it cannot be asked any more
    """
    require(request.user, "accounts.view_account")
    if "account" not in request.query_params:
        raise refused_parameter("account", "The id of an account is needed.", "required")
    account_id = pages.number(request, "account", 0, 10**18)
    if condition is None:
        raise Conflict("no_condition", "This list has no condition: nothing to explain.")
    return _explained(condition, account_id)


class ConditionViewSet(ApiViewSet):
    """Conditions that nobody has saved."""

    area = "accounts"
    permissions = {"explain": "accounts.view_account"}
    reading = ("explain",)
    pagination_class = None
    queryset = Audience.objects.none()

    @extend_schema(request=Asked, responses=ExplainedSerializer)
    def explain(self, request: Request) -> Response:
        """Why the condition holds for this account, or this person of it, or does not. Nothing is kept."""
        given = Asked.values_of(request)
        person, condition = given.get("person"), given["condition"]
        # An audience that is named is explained, too.
        require(request.user, "accounts.view_audience")
        if person is not None:
            require(request.user, "accounts.view_person")
        if found := conditions.check(condition, about="account" if person is None else "person"):
            raise Invalid(finding.under("condition") for finding in found)
        return _explained(conditions.pin_condition(condition), given["account"].pk, person and person.pk)


def _explained(condition: Any, account_id: int, person_id: int | None = None) -> Response:
    try:
        found = conditions.explain(condition, account_id=account_id, person_id=person_id, now=clock.now())
    except CannotCompile as error:
        raise Conflict("cannot_evaluate", str(error)) from error
    if found is None:
        raise Account.DoesNotExist
    return Response(ExplainedSerializer(asdict(found)).data)
