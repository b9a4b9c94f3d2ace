from __future__ import annotations

import pytest
from django.core.cache import CacheHandler, InvalidCacheBackendError
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from config import caches


@pytest.mark.parametrize("broker", ["filesystem://localhost", "amqp://guest@localhost//", "memory://"])
def test_without_redis_each_process_counts_for_itself(broker: str):
    handler = CacheHandler(caches.of(broker))

    assert [type(handler[name]) for name in ("default", "throttle")] == [LocMemCache, LocMemCache]
    handler["throttle"].set("a", 1)
    assert handler["default"].get("a") is None


@pytest.mark.parametrize("broker", ["redis://localhost:6379/0", "rediss://:secret@redis.example.com/1"])
def test_on_redis_they_share_the_count_and_nothing_else(broker: str):
    handler = CacheHandler(caches.of(broker))

    assert [type(handler[name]) for name in ("default", "throttle")] == [LocMemCache, RedisCache]
    assert handler["throttle"].make_key("a") == "throughline:1:a"


def test_of_several_brokers_it_is_the_first_one():
    made = caches.of("redis://one/0;redis://two/0")["throttle"]

    assert made["LOCATION"] == ["redis://one/0"]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("rediss://host/0?ssl_cert_reqs=CERT_REQUIRED", "rediss://host/0?ssl_cert_reqs=required"),
        ("rediss://host/0?ssl_cert_reqs=none", "rediss://host/0?ssl_cert_reqs=none"),
        ("rediss://host/0?ssl_ca_certs=%2Fetc%2Fca.pem", "rediss://host/0?ssl_ca_certs=%2Fetc%2Fca.pem"),
        ("redis://:p%40ss,word@host:1/2", "redis://:p%40ss,word@host:1/2"),
    ],
)
def test_the_url_is_put_as_redis_reads_it(said: str, read: str):
    assert caches.of(said)["throttle"]["LOCATION"] == [read]


def test_there_is_no_other_cache():
    """Whoever adds one says whether web processes share it."""
    with pytest.raises(InvalidCacheBackendError):
        CacheHandler(caches.of("redis://localhost/0"))["another"]


def test_what_is_written_can_be_read_and_is_no_program():
    form = caches.Json()

    assert form.loads(form.dumps((1199.5, 1772355600.25))) == [1199.5, 1772355600.25]
    assert form.dumps([1]) == b"[1]"
