"""Who may: the Django permission that the view names for the action, within the scopes of the token."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.api import scopes
from accounts.models import ApiToken
from accounts.timelines import Guard


class Permitted(BasePermission):
    """Asks `view.permissions[action]` of the user, and `view.area` of the token. Anonymous: never."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if view.action not in view.permissions:
            raise MethodNotAllowed(request.method or "")
        _check_scopes(request, view)
        permission: str = view.permissions[view.action]
        if not request.user.has_perm(permission):
            raise PermissionDenied(f"You may not do this: the permission “{permission}” is missing.")
        return True


def may_see(request: Request, guard: Guard) -> bool:
    """Whether both the user and the token's scopes allow this, beside what the endpoint itself asks for."""
    token = request.auth
    is_allowed = not isinstance(token, ApiToken) or scopes.allows(token, guard.area, writes=False)
    return is_allowed and bool(request.user.has_perms(guard.permissions))


def _check_scopes(request: Request, view: Any) -> None:
    writes = request.method not in SAFE_METHODS and view.action not in view.reading
    if isinstance(request.auth, ApiToken) and not scopes.allows(request.auth, view.area, writes=writes):
        word = "write" if writes else "read"
        message = f"The token's scopes do not allow this; it needs “{word}” or “{view.area}:{word}”."
        raise PermissionDenied(message, "out_of_scope")
