"""What web processes remember (`settings.CACHES`): each for itself, except how often a token has asked the API."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

MEMORY = "django.core.cache.backends.locmem.LocMemCache"
REDIS = "django.core.cache.backends.redis.RedisCache"
# Seconds. The API goes on without a limit when Redis does not answer; a request should not wait long for that.
PATIENCE = 0.5
MOST_TOKENS = 10_000


def of(broker_url: str) -> dict[str, Any]:
    """The caches of an installation with this broker.

    `throttle`: on the broker's Redis, where the web processes of all machines count together; with another
    broker each process counts for itself. `default`: in the process's memory in any case: what it holds (the
    results of the admin's search) is not for others, and never has to be thrown away for them.
    """
    shared = broker_url.startswith(("redis://", "rediss://"))
    return {"default": {"BACKEND": MEMORY}, "throttle": _on_redis(broker_url) if shared else _in_memory()}


def _in_memory() -> dict[str, Any]:
    return {"BACKEND": MEMORY, "LOCATION": "throttle", "OPTIONS": {"MAX_ENTRIES": MOST_TOKENS}}


def _on_redis(broker_url: str) -> dict[str, Any]:
    return {
        "BACKEND": REDIS,
        # A list, because a text would be cut at commas; of several brokers that stand in for one another the first.
        "LOCATION": [_as_redis_reads(broker_url.split(";")[0])],
        # Beside the broker's messages: nobody may clear this cache, Django would empty the whole database of Redis.
        "KEY_PREFIX": "throughline",
        "OPTIONS": {
            "serializer": "config.caches.Json",
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
        },
    }


def _as_redis_reads(url: str) -> str:
    """Celery may be told `ssl_cert_reqs=CERT_REQUIRED`; Redis's own client calls that `required`."""
    parts = urlsplit(url)
    query = [
        (key, value.removeprefix("CERT_").lower() if key == "ssl_cert_reqs" else value)
        for key, value in parse_qsl(parts.query)
    ]
    return parts._replace(query=urlencode(query)).geturl()


class Json:
    """How values are written into Redis. Django's own way is pickle: who can write into it could run code here."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)
