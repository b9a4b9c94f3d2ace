from __future__ import annotations

import logging

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.auth import FORWARDED, is_local
from config.demo_login import USERNAME

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


class TestOtherLogins:
    def test_work_from_everywhere(self):
        get_user_model().objects.create_user("anna", password=PASSWORD)
        request = request_from("203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.1")
        assert authenticate(request, username="anna", password=PASSWORD) is not None

    def test_a_mapped_address_is_not_taken_for_this_machine(self):
        assert not is_local(request_from("::ffff:203.0.113.9"))
