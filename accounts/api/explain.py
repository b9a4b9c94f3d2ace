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
from accounts.api.fields import Existing, OneOf
from accounts.api.problem import refused_parameter
from accounts.api.serializers import Strict
from accounts.conditions import CannotCompile
from accounts.conditions.check import Subject
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


class Counted(Strict):
    condition = ConditionField()
    about = OneOf(
        [("account", "Accounts"), ("person", "People")],
        required=False,
        help_text="Of whom it asks: account or person. Default: account.",
    )


class CountSerializer(serializers.Serializer[Any]):
    """How many satisfy a condition now."""

    text = serializers.CharField(allow_blank=True, help_text="The condition in words.")
    count = serializers.IntegerField()


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
        raise refused_parameter("account", "Account: the id of one is needed.", "missing")
    account_id = pages.number(request, "account", 0, 10**18)
    if condition is None:
        raise Conflict("no_condition", "This list has no condition: nothing to explain.")
    return _explained(condition, account_id)


class ConditionViewSet(ApiViewSet):
    """Conditions that nobody has saved."""

    area = "accounts"
    permissions = {"count": "accounts.view_account", "explain": "accounts.view_account"}
    reading = ("count", "explain")
    pagination_class = None
    queryset = Audience.objects.none()

    @extend_schema(request=Asked, responses=ExplainedSerializer)
    def explain(self, request: Request) -> Response:
        """Why the condition holds for this account, or this person of it, or does not. Nothing is kept."""
        given = Asked.values_of(request)
        person = given.get("person")
        condition = _checked(request, given["condition"], "account" if person is None else "person")
        return _explained(condition, given["account"].pk, person and person.pk)

    @extend_schema(request=Counted, responses={200: CountSerializer})
    def count(self, request: Request) -> Response:
        """How many accounts, or people, satisfy the condition now. Nothing is kept."""
        given = Counted.values_of(request)
        about = given.get("about", "account")
        condition = _checked(request, given["condition"], about)
        ask = conditions.count_accounts if about == "account" else conditions.count_people
        text = conditions.describe(given["condition"])
        try:
            return Response({"text": text, "count": ask(condition, now=clock.now())})
        except CannotCompile as error:
            raise Conflict("cannot_evaluate", str(error)) from error


def _checked(request: Request, condition: Any, about: Subject) -> Any:
    """The condition as it can be asked.

    :raises PermissionDenied: unless the user may see what it asks for; an audience that it names is asked, too
    :raises Invalid: if it is wrong
    """
    require(request.user, "accounts.view_audience")
    if about == "person":
        require(request.user, "accounts.view_person")
    if found := conditions.check(condition, about=about):
        raise Invalid(finding.under("condition") for finding in found)
    return conditions.pin_condition(condition)


def _explained(condition: Any, account_id: int, person_id: int | None = None) -> Response:
    try:
        found = conditions.explain(condition, account_id=account_id, person_id=person_id, now=clock.now())
    except CannotCompile as error:
        raise Conflict("cannot_evaluate", str(error)) from error
    if found is None:
        raise Account.DoesNotExist
    return Response(ExplainedSerializer(asdict(found)).data)
