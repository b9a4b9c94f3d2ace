"""Tokens of API clients: made, shown once, revoked (spec 6.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts import values
from accounts.errors import User, require
from accounts.findings import Finding, Invalid
from accounts.models import ApiToken

ACTIONS = ("read", "write")
LONGEST_NAME = 100
MOST_DAYS = 3650


def known_scopes() -> list[str]:
    """Reading or writing everywhere, or in one area of the API."""
    return [*ACTIONS, *(f"{area}:{action}" for area in settings.API_AREAS for action in ACTIONS)]


def scope_fault(scope: str) -> str:
    """What is wrong with a scope; "" when there is such a one."""
    known = known_scopes()
    said = _("there is no scope “%(scope)s”; known are %(known)s.")
    return "" if scope in known else said % {"scope": scope[:60], "known": ", ".join(known)}


def create(
    owner: AbstractBaseUser, *, name: str = "", scopes: Sequence[str] = (), days: int | None = None,
    by: User, now: datetime, not_after: datetime | None = None,
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token of this user, and its text, which is stored nowhere.

    No scopes: all that its user may do. `days`: how long it lives, by default as the settings say. It ends at
    `not_after` at the latest.

    :raises PermissionDenied: without accounts.add_apitoken
    :raises Invalid: with a finding for each fault
    """
    require(by, "accounts.add_apitoken")
    _check(name, scopes, days)
    lifetime: Any = settings.REST_KNOX["TOKEN_TTL"] if days is None else timedelta(days=days)
    ends = now + lifetime if not_after is None else min(now + lifetime, not_after)
    digest, text = get_digest_token()
    token = ApiToken(
        digest=digest, token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH], user_id=owner.pk, expiry=ends,
        name=values.tidy(name), scopes=sorted(set(scopes)),
    )  # fmt: skip
    token.save(force_insert=True)
    return token, text


def own(owner: AbstractBaseUser) -> QuerySet[ApiToken]:
    """The tokens of a user, expired ones too."""
    return ApiToken.objects.filter(user_id=owner.pk)


def revoke(token: ApiToken, *, by: User) -> None:
    """Nobody gets in with it any more.

    :raises PermissionDenied: without accounts.delete_apitoken
    """
    require(by, "accounts.delete_apitoken")
    token.delete()


def _check(name: Any, scopes: Collection[str], days: int | None) -> None:
    findings = []
    try:
        values.name(name, max_length=LONGEST_NAME)
    except ValueError as error:
        findings.append(Finding("wrong_value", _("Name %(error)s") % {"error": error}, ("name",)))
    said = [(i, scope_fault(scope)) for i, scope in enumerate(scopes)]
    findings += [
        Finding("unknown_scope", f"{_('Scopes')}: {fault}", ("scopes", i)) for i, fault in said if fault
    ]
    if days is not None and not 1 <= days <= MOST_DAYS:
        findings.append(
            Finding(
                "out_of_range",
                _("Days: from 1 to %(most_days)s.") % {"most_days": f"{MOST_DAYS:,}"},
                ("days",),
            )
        )
    if findings:
        raise Invalid(findings)
