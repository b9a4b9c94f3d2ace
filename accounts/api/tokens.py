from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import values
from accounts.api import clock, scopes
from accounts.api.base import Listed
from accounts.api.fields import Text, Whole
from accounts.api.serializers import Sparse, Strict
from accounts.models import ApiToken
from accounts.services import tokens


class TokenSerializer(Sparse):
    """A token of the user who asks."""

    id = serializers.CharField(source="token_key", help_text="The beginning of the token.")
    name = serializers.CharField(allow_blank=True)
    scopes = serializers.ListField(child=serializers.CharField(), help_text="None: all that the user may do.")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")


class MadeToken(TokenSerializer):
    """A new token, with its text."""

    token = serializers.CharField(
        allow_null=True, help_text="Shown this once, so null in a repeated answer. Keep it safe."
    )


class Scope(Text):
    """One that there is; checked here, so that it is said together with what is wrong beside it."""

    def to_internal_value(self, data: Any) -> str:
        given = super().to_internal_value(data)
        if wrong := tokens.scope_fault(given):
            raise ValidationError(wrong, "unknown_scope")
        return given


class NewToken(Strict):
    name = Text(longest=tokens.LONGEST_NAME, help_text="What uses it, so that you know which one to revoke.")
    scopes = serializers.ListField(
        child=Scope(longest=50), required=False, help_text="read, write, or of one area: journeys:read …"
    )
    days = Whole(required=False, min_value=1, max_value=tokens.MOST_DAYS, help_text="How long it lives.")

    def validate_name(self, name: str) -> str:
        if not values.tidy(name):
            raise ValidationError(_("this is needed; it is empty."), "empty_value")
        return name


class TokenViewSet(Listed):
    """Your own tokens. A token made with a token can do no more, and lives no longer, than that one."""

    area = "tokens"
    permissions = {
        "list": "accounts.view_apitoken",
        "create": "accounts.add_apitoken",
        "destroy": "accounts.delete_apitoken",
    }
    shown_once = ("token",)
    queryset = ApiToken.objects.all()
    serializer_class = TokenSerializer
    lookup_field = "token_key"
    lookup_value_converter = "str"
    search_fields = ("name",)
    ordering_fields = {"created_at": "created", "name": "name"}
    ordering = "-created_at"
    tiebreak = "digest"

    def get_queryset(self) -> QuerySet[Any]:
        return tokens.own(self.request.user)  # type: ignore[arg-type]

    @extend_schema(request=NewToken, responses={201: MadeToken})
    def create(self, request: Request) -> Response:
        """A new token; its text is in the answer and nowhere else."""
        given = NewToken.values_of(request)
        owner: Any = request.user
        until = _limit(request, given.get("scopes", []))
        made, text = tokens.create(owner, **given, by=owner, now=clock.now(), not_after=until)
        place = request.build_absolute_uri(f"{request.path}{made.token_key}/")
        shown = TokenSerializer(made).data
        return Response({**shown, "token": text}, status=201, headers={"Location": place})

    def destroy(self, request: Request, token_key: str) -> Response:
        """Revoke a token: it lets nobody in any more."""
        tokens.revoke(self.get_object(), by=request.user)
        return Response(status=204)


def _limit(request: Request, wanted: list[str]) -> datetime | None:
    """Until when the new token may live: as long as the one that asks.

    :raises PermissionDenied: if it is to be wider than that one
    """
    own = request.auth
    if not isinstance(own, ApiToken):
        return None
    if own.scopes and not (wanted and all(scopes.covered(scope, own.scopes) for scope in wanted)):
        raise PermissionDenied(
            f"A token cannot make a wider one; give scopes within {', '.join(own.scopes)}."
        )
    expiry: datetime | None = own.expiry
    return expiry
