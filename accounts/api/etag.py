"""ETags and If-Match: a save on top of what somebody else has saved meanwhile is refused (412)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from rest_framework.request import Request

from accounts.errors import Stale
from accounts.findings import Finding, Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAG = re.compile(r'"([0-9]{1,18})(\.[a-z]{1,20})?"')


def of_moment(moment: datetime, state: str = "") -> str:
    """The tag of something by when it was last changed, and its status."""
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    return f'"{micros}.{state}"' if state else f'"{micros}"'


def of_revision(revision: int) -> str:
    """The tag of something that counts its edits."""
    return f'"{revision}"'


def asked_moment(request: Request) -> datetime | None:
    """The moment in If-Match; None when the client does not mind.

    :raises Stale: if it names none, so that it cannot be the present one
    """
    number = _asked(request)
    if number is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=number)
    except OverflowError:
        raise Stale("If-Match names no version of this.") from None


def asked_revision(request: Request) -> int | None:
    """The revision in If-Match; None when the client does not mind."""
    return _asked(request)


def check_state(request: Request, state: str) -> None:
    """:raises Stale: if If-Match was given in another status"""
    found = TAG.fullmatch(request.headers.get("If-Match", "").strip())
    if found is not None and found[2] is not None and found[2] != f".{state}":
        raise Stale("Its status has changed in between.")


def _asked(request: Request) -> int | None:
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    if "," in given:
        raise Invalid([Finding("invalid", "If-Match: give one ETag, or *.")])
    found = TAG.fullmatch(given)
    if found is None:
        raise Stale("If-Match names no version of this.")
    return int(found[1])
