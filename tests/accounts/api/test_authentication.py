from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.services import tokens
from tests.factories import UserFactory
from tests.factories.api import client_of, client_with, clock_at

URL = "/api/v1/accounts/"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer a b",
        "Basic YTpi",
        "Bearer tl_unknown",
        "Bearer \x00",
        "Bearer ä",
        "Bearer " + "a" * 5000,
    ],
)
def test_a_header_that_names_no_token_is_401(header: str):
    answer = APIClient(HTTP_AUTHORIZATION=header).get(URL)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def test_the_old_word_for_a_token_is_understood_too(now: datetime):
    _, text = tokens.create(UserFactory(), by=None, now=now)

    assert APIClient(HTTP_AUTHORIZATION=f"Token {text}").get(URL).status_code == 200


def test_a_revoked_token_is_401(now: datetime):
    token, text = tokens.create(UserFactory(), by=None, now=now)
    client = client_with(text)
    assert client.get(URL).status_code == 200

    tokens.revoke(token, by=None)

    assert client.get(URL).status_code == 401


def test_an_expired_token_is_401_and_stays_for_its_owner_to_see(client: APIClient):
    token = ApiToken.objects.get()

    with clock_at(token.expiry):
        assert client.get(URL).status_code == 401
    assert ApiToken.objects.count() == 1


def test_the_token_of_somebody_who_has_left_is_401():
    user = UserFactory()
    client = client_of(user)
    user.is_active = False
    user.save()

    assert client.get(URL).status_code == 401


def test_the_last_use_is_noted_once_a_minute(client: APIClient, now: datetime):
    client.get(URL)
    assert ApiToken.objects.get().last_used_at == now

    with clock_at(now + timedelta(seconds=59)):
        client.get(URL)
    assert ApiToken.objects.get().last_used_at == now

    with clock_at(now + timedelta(seconds=60)):
        client.get(URL)
    assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=60)


def test_only_a_digest_of_the_token_is_stored(now: datetime):
    token, text = tokens.create(UserFactory(), by=None, now=now)

    stored = ApiToken.objects.values().get(pk=token.pk)
    assert not any(text in str(value) for value in stored.values())


class TestSession:
    def test_reads_without_a_token(self):
        client = Client()
        client.force_login(UserFactory())

        assert client.get(URL).status_code == 200

    def test_writes_with_the_csrf_token_only(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(UserFactory())

        refused = client.post(URL, {"name": "A"}, content_type="application/json")

        assert refused.status_code == 403
        assert refused["Content-Type"] == "application/problem+json"
        client.get("/admin/login/")
        client.cookies["csrftoken"] = "a" * 32
        given = client.post(
            URL, {"name": "A"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
        )
        assert given.status_code == 201
