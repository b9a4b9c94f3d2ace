"""Who may log in, and from where: the demo's login works on this machine only."""

from __future__ import annotations

import ipaddress
import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from config.demo_login import USERNAME

logger = logging.getLogger(__name__)

# What a proxy adds: the request came from elsewhere, whatever its address says.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


class Backend(ModelBackend):
    """Django's users and permissions; the demo's user is refused beyond loopback."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """:raises PermissionDenied: for the demo's user from elsewhere; Django then asks no other backend"""
        if refusal(username, request):
            address = (request.META.get("REMOTE_ADDR") if request else "") or "an unknown address"
            logger.warning("The demo login was refused from %s: it works on this machine only.", address)
            raise PermissionDenied
        return super().authenticate(request, username=username, password=password, **kwargs)


def refusal(username: str | None, request: HttpRequest | None) -> str:
    """Why a user may not come in by a request (None: from elsewhere), by password or token; empty: they may."""
    if username != USERNAME or is_local(request):
        return ""
    return f"The user “{USERNAME}” and its tokens work on this machine only. For other machines, make another user."


def is_local(request: HttpRequest | None) -> bool:
    """Whether the request was made on this machine, and straight to us."""
    if request is None or any(request.META.get(header) for header in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
