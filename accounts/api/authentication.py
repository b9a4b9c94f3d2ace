"""Tokens: `Authorization: Bearer tl_…` (or `Token tl_…`)."""

from __future__ import annotations

import logging
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils.module_loading import import_string
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.api import clock
from accounts.models import ApiToken

logger = logging.getLogger(__name__)

WORDS = (b"bearer", b"token")
# How exact the last use is.
PRECISION = timedelta(minutes=1)


class ApiTokenAuthentication(TokenAuthentication):
    """A token that is known, not revoked, not expired, of an active user; notes its use once a minute."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words:
            return None
        if len(words) != 2 or words[0].lower() not in WORDS:
            raise AuthenticationFailed("The header must be “Authorization: Bearer <token>”.")
        return self.authenticate_credentials(words[1], request._request)

    def authenticate_credentials(
        self, token: bytes, request: HttpRequest | None = None
    ) -> tuple[AbstractBaseUser, ApiToken]:
        found = _find(token)
        if found is None or (found.expiry is not None and found.expiry <= clock.now()):
            raise AuthenticationFailed("The token is unknown, has been revoked or has expired.")
        self.validate_user(found)
        _check_place(found.user, request)
        _note_use(found)
        return found.user, found

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


def _check_place(user: AbstractBaseUser, request: HttpRequest | None) -> None:
    """:raises AuthenticationFailed: if this user may not come in from there (settings.LOGIN_RULE)"""
    if said := import_string(settings.LOGIN_RULE)(user.get_username(), request):
        address = request.META.get("REMOTE_ADDR") if request else ""
        logger.warning("A token of “%s” was refused from %s.", user.get_username(), address)
        raise AuthenticationFailed(said)


def _find(token: bytes) -> ApiToken | None:
    """The stored token whose digest this one has. One query."""
    if not token.isascii() or b"\0" in token:
        return None
    text = token.decode("ascii")
    digest = hash_token(text)
    candidates = ApiToken.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
    return next((stored for stored in candidates if compare_digest(stored.digest, digest)), None)


def _note_use(token: ApiToken) -> None:
    now = clock.now()
    if token.last_used_at is not None and now - token.last_used_at < PRECISION:
        return
    unused = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - PRECISION)
    ApiToken.objects.filter(unused, pk=token.pk).update(last_used_at=now)
