from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.api.throttle import spend
from config import caches
from tests.factories.api import client_of

URL = "/api/v1/scores/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def _two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "token", "2/minute")


@pytest.mark.usefixtures("_two_a_minute")
def test_too_many_requests_of_a_token_are_429_and_say_when_to_come_again(client: APIClient):
    assert [client.get(URL).status_code for _ in range(2)] == [200, 200]

    refused = client.get(URL)

    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 30
    assert refused.json()["code"] == "throttled"


@pytest.mark.usefixtures("_two_a_minute")
def test_another_token_is_not_concerned(client: APIClient):
    other = client_of()
    for _ in range(3):
        client.get(URL)

    assert client.get(URL).status_code == 429
    assert other.get(URL).status_code == 200


def test_there_need_not_be_a_limit(client: APIClient, monkeypatch: pytest.MonkeyPatch):
    rates: dict[str, Any] = api_settings.DEFAULT_THROTTLE_RATES
    monkeypatch.setitem(rates, "token", "")

    assert {client.get(URL).status_code for _ in range(5)} == {200}


class TestBucket:
    """Five an hour: one every twelve minutes."""

    RATE = "5/hour"

    def test_fills_again_evenly(self):
        assert [spend("even", self.RATE, now=0) for _ in range(5)] == [0] * 5
        assert spend("even", self.RATE, now=0) == 720
        assert spend("even", self.RATE, now=360) == 360
        assert [spend("even", self.RATE, now=720) for _ in range(2)] == [0, 720]

    def test_holds_no_more_than_its_size(self):
        spend("size", self.RATE, now=0)

        assert [spend("size", self.RATE, now=90_000) for _ in range(6)] == [0] * 5 + [720]

    def test_loses_nothing_when_the_clock_of_another_machine_is_behind(self):
        assert [spend("clocks", self.RATE, now=now) for now in (600, 0, 600, 0, 600)] == [0] * 5
        assert spend("clocks", self.RATE, now=0) == 720
        assert spend("clocks", self.RATE, now=600) == 720

    @pytest.mark.parametrize("rate", ["1/second", "1/minute", "1/hour", "1/day"])
    def test_may_be_of_any_of_these_times(self, rate: str):
        assert [spend(rate, rate, now=0) > 0 for _ in range(2)] == [False, True]

    @pytest.mark.parametrize("rate", ["many", "0/minute", "5/fortnight", "-1/minute"])
    def test_is_refused_when_the_rate_says_nothing(self, rate: str):
        with pytest.raises(ValueError, match="is no rate"):
            spend("wrong", rate, now=0)


@pytest.mark.usefixtures("_two_a_minute")
def test_without_its_redis_the_api_goes_on_uncounted(client: APIClient, settings: Settings, caplog: Any):
    settings.CACHES = caches.of("redis://127.0.0.1:1/0")

    assert {client.get(URL).status_code for _ in range(4)} == {200}
    assert "API requests are not counted" in caplog.text
