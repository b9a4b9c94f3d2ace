"""What a service may refuse with. The API and the admin say the same words (spec 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

User = AbstractBaseUser | AnonymousUser | None
"""Who asks; None is the system itself or a command on the server."""


class Conflict(Exception):
    """Not in this state (409): the code, what to say, and what is allowed instead.

    `more`: what a program needs beside their names to do that, as JSON.
    """

    def __init__(
        self, code: str, message: str, *, allowed: Sequence[str] = (), more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.allowed = list(allowed)
        self.more = dict(more or {})


class Stale(Exception):
    """Somebody saved in between (412). `changes`: what was changed since, and by whom, as JSON; None: not known."""

    def __init__(self, message: str, *, changes: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.changes = changes


def require(by: User, permission: str) -> None:
    """:raises PermissionDenied: if `by` does not have this Django permission ("app.codename")"""
    if by is not None and not by.has_perm(permission):  # type: ignore[union-attr]
        raise PermissionDenied(
            _("You may not do this: the permission “%(permission)s” is missing.") % {"permission": permission}
        )
