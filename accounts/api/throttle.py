"""So many requests for each token: a bucket that fills again evenly, counted in the cache."""

from __future__ import annotations

import re
from time import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken

RATE = re.compile(r"([0-9]+)/(second|minute|hour)")
SECONDS = {"second": 1, "minute": 60, "hour": 3600}


class PerToken(BaseThrottle):
    """The rate "token" of the settings ("1200/minute"; none: no limit), for a token or a session's user.

    Each web process counts for itself unless the cache is shared between them.
    """

    missing = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        rates: Any = api_settings.DEFAULT_THROTTLE_RATES
        rate = rates.get("token")
        if not rate:
            return True
        size, seconds = _parsed(rate)
        key, now = _key(request), time()
        left, at = cache.get(key, (float(size), now))
        left = min(float(size), left + (now - at) * size / seconds)
        if left < 1:
            self.missing = (1 - left) * seconds / size
            return False
        cache.set(key, (left - 1, now), timeout=seconds * 2)
        return True

    def wait(self) -> float:
        return max(self.missing, 1.0)


def _parsed(rate: str) -> tuple[int, int]:
    """Requests, and the seconds in which so many are allowed."""
    found = RATE.fullmatch(rate)
    if found is None:
        raise ValueError(f"“{rate}” is no rate; write for example 1200/minute.")
    return int(found[1]), SECONDS[found[2]]


def _key(request: Request) -> str:
    owner = request.auth.digest[:40] if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"
    return f"throttle:{owner}"
