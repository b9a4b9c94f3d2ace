from __future__ import annotations

from typing import Any

import pytest
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

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
