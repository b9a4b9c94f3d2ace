"""So many requests for each token: a bucket that fills again evenly, counted in the cache called `throttle`."""

from __future__ import annotations

import logging
import re
from time import time
from typing import Any

from django.core.cache import caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken

RATE = re.compile(r"([1-9][0-9]*)/(second|minute|hour|day)")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
log = logging.getLogger(__name__)


class PerToken(BaseThrottle):
    """The rate "token" of the settings ("1200/minute"; none: no limit), for a token or a session's user.

    Web processes count together if they share the cache (on Redis), else each for itself.
    """

    missing = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        rates: Any = api_settings.DEFAULT_THROTTLE_RATES
        rate = rates.get("token")
        if not rate:
            return True
        try:
            self.missing = spend(_key(request), rate, now=time())
        except RedisError as error:
            # A limit is no reason to refuse everybody: without Redis nothing else of the API is missing.
            log.warning("API requests are not counted, Redis cannot be asked: %s", error)
            self.missing = 0.0
        return not self.missing

    def wait(self) -> float:
        return max(self.missing, 1.0)


def spend(key: str, rate: str, *, now: float) -> float:
    """Take one request out of the bucket; 0.0, or the seconds until there is one again.

    Two at the very same moment may be counted as one: counting exactly would have each wait for all others.

    :raises ValueError: for a rate like "many"
    :raises RedisError: if the cache is on Redis and that does not answer
    """
    size, seconds = _parsed(rate)
    cache = caches["throttle"]
    left, at = cache.get(key, (float(size), now))
    # The clocks of two machines differ: what the other has written may be of a moment to come.
    left = min(float(size), left + max(now - at, 0.0) * size / seconds)
    if left < 1:
        return (1 - left) * seconds / size
    cache.set(key, (left - 1, max(now, at)), timeout=seconds * 2)
    return 0.0


def _parsed(rate: str) -> tuple[int, int]:
    """Requests, and the seconds in which so many are allowed."""
    found = RATE.fullmatch(rate)
    if found is None:
        raise ValueError(f"“{rate}” is no rate; write for example 1200/minute.")
    return int(found[1]), SECONDS[found[2]]


def _key(request: Request) -> str:
    owner = request.auth.digest[:40] if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"
    return f"throttle:{owner}"
