"""What a token may do at all, whatever its user may: reading or writing, everywhere or in one area."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import ApiToken


def allows(token: ApiToken, area: str, *, writes: bool) -> bool:
    """Whether the token's scopes cover this; none at all cover everything, and writing covers reading."""
    return not token.scopes or covered(f"{area}:{'write' if writes else 'read'}", token.scopes)


def covered(scope: str, scopes: Collection[str]) -> bool:
    """Whether one of `scopes` includes `scope`: "journeys:read" is in "read" and "journeys:write"."""
    area, _, action = scope.rpartition(":")
    actions = ("write",) if action == "write" else ("read", "write")
    areas = (f"{area}:", "") if area else ("",)
    return any(f"{prefix}{name}" in scopes for prefix in areas for name in actions)
