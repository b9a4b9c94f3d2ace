from __future__ import annotations

import logging
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import ApiToken
from config.auth import FORWARDED, is_local
from config.demo_login import USERNAME
from tests.factories.api import client_of, client_with

PASSWORD = "a password of the demo"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_user(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a fast one
    get_user_model().objects.create_superuser(USERNAME, password=PASSWORD)


def request_from(address: str, **headers: str) -> HttpRequest:
    return RequestFactory().get("/admin/", REMOTE_ADDR=address, **headers)


class TestTheDemoLogin:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
    def test_is_accepted_on_this_machine(self, address: str):
        assert authenticate(request_from(address), username=USERNAME, password=PASSWORD) is not None

    @pytest.mark.parametrize("address", ["192.168.1.5", "10.0.0.1", "203.0.113.9", "fe80::1", "", "unix:"])
    def test_is_refused_from_elsewhere_and_says_so_in_the_log(
        self, address: str, caplog: pytest.LogCaptureFixture
    ):
        with caplog.at_level(logging.WARNING, "config.auth"):
            found = authenticate(request_from(address), username=USERNAME, password=PASSWORD)
        assert found is None
        assert f"refused from {address or 'an unknown address'}" in caplog.text
        assert PASSWORD not in caplog.text

    @pytest.mark.parametrize("header", FORWARDED)
    def test_is_refused_behind_a_proxy_on_this_machine(self, header: str):
        request = request_from("127.0.0.1", **{header: "127.0.0.1"})
        assert authenticate(request, username=USERNAME, password=PASSWORD) is None

    def test_is_refused_without_a_request(self):
        assert authenticate(None, username=USERNAME, password=PASSWORD) is None

    def test_needs_its_password(self):
        assert authenticate(request_from("127.0.0.1"), username=USERNAME, password="another") is None

    def test_is_refused_at_the_login_page(self, client: Client):
        given = {"username": USERNAME, "password": PASSWORD}
        answer = client.post("/admin/login/", given, REMOTE_ADDR="203.0.113.9")
        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session
        assert client.post("/admin/login/", given, REMOTE_ADDR="127.0.0.1").status_code == 302


class TestTokensOfTheDemo:
    URL = "/api/v1/accounts/"

    @pytest.fixture
    def client(self) -> APIClient:
        return client_of(get_user_model().objects.get(username=USERNAME))

    def test_work_on_this_machine(self, client: APIClient):
        assert client.get(self.URL, REMOTE_ADDR="127.0.0.1").status_code == 200

    @pytest.mark.parametrize("said", [
        {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    ])  # fmt: skip
    def test_are_refused_from_elsewhere(
        self, client: APIClient, said: dict[str, str], caplog: pytest.LogCaptureFixture
    ):
        with caplog.at_level(logging.WARNING, "accounts.api.authentication"):
            answer = client.get(self.URL, **said)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["detail"] == (
            "The user “demo” and its tokens work on this machine only. For other machines, make another user."
        )
        assert f"refused from {said['REMOTE_ADDR']}" in caplog.text
        assert ApiToken.objects.get().last_used_at is None

    def test_say_so_when_they_are_made(self):
        out, err = StringIO(), StringIO()
        call_command("create_token", USERNAME, stdout=out, stderr=err)
        assert client_with(out.getvalue().strip()).get(self.URL).status_code == 200
        assert err.getvalue().startswith("The user “demo” and its tokens work on this machine only.")
        assert err.getvalue().count("\n") == 1


class TestOtherLogins:
    def test_work_from_everywhere(self):
        get_user_model().objects.create_user("anna", password=PASSWORD)
        request = request_from("203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.1")
        assert authenticate(request, username="anna", password=PASSWORD) is not None

    def test_so_do_other_tokens(self):
        anna = get_user_model().objects.create_superuser("anna")
        assert client_of(anna).get("/api/v1/accounts/", REMOTE_ADDR="203.0.113.9").status_code == 200
        err = StringIO()
        call_command("create_token", "anna", stdout=StringIO(), stderr=err)
        assert err.getvalue() == ""

    def test_a_mapped_address_is_not_taken_for_this_machine(self):
        assert not is_local(request_from("::ffff:203.0.113.9"))
