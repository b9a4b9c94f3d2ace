from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken
from tests.factories import UserFactory
from tests.factories.api import client_of, client_with, clock_at, pointers

URL = "/api/v1/tokens/"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"name": "a" * 101}, "/name"), ({"name": 5}, "/name"), ({"name": " "}, "/name"), ({"name": None}, "/name"),
        ({"scopes": "read"}, "/scopes"), ({"scopes": ["read", "fly"]}, "/scopes/1"), ({"scopes": [5]}, "/scopes/0"),
        ({"days": 0}, "/days"), ({"days": "5"}, "/days"), ({"days": 10**12}, "/days"), ({"user": 1}, "/user"),
    ],
)  # fmt: skip
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: dict[str, object], fault: str):
    answer = client.post(URL, {"name": "CRM", **body})

    assert (answer.status_code, list(pointers(answer))) == (400, [fault])


def test_a_token_has_a_name_as_in_the_admin(client: APIClient):
    assert list(pointers(client.post(URL, {"scopes": ["read"]}))) == ["/name"]


def test_all_that_is_wrong_is_said_at_once(client: APIClient):
    answer = client.post(URL, {"days": 0, "scopes": ["nix", "read"], "name": 5})

    assert set(pointers(answer)) == {"/days", "/scopes/0", "/name"}


def test_a_token_is_shown_once_works_and_can_be_revoked(client: APIClient):
    made = client.post(URL, {"name": "CRM", "scopes": ["accounts:read"], "days": 30})
    assert made.status_code == 201
    theirs = client_with(made.json()["token"])

    assert theirs.get("/api/v1/accounts/").status_code == 200
    assert theirs.post("/api/v1/accounts/", {"name": "A"}).status_code == 403
    rows = client.get(f"{URL}?search=crm").json()["results"]
    assert rows == [
        {key: value for key, value in made.json().items() if key != "token"}
        | {"last_used_at": "2027-03-01T09:00:00Z"}
    ]
    assert client.delete(made["Location"]).status_code == 204
    assert theirs.get("/api/v1/accounts/").status_code == 401


def test_nobody_sees_or_revokes_the_tokens_of_another(client: APIClient):
    other = client_of()
    [theirs] = other.get(URL).json()["results"]

    assert client.delete(f"{URL}{theirs['id']}/").status_code == 404
    assert theirs["id"] not in str(client.get(URL).json())
    assert ApiToken.objects.count() == 2


class TestFromATokenWithScopes:
    @pytest.mark.parametrize("scopes", [[], ["write"], ["tokens:write", "journeys:write"]])
    def test_no_wider_one_can_be_made(self, scopes: list[str]):
        narrow = client_of(scopes=["tokens:write", "journeys:read"])

        assert narrow.post(URL, {"name": "n", "scopes": scopes}).status_code == 403

    def test_a_narrower_one_can_and_lives_no_longer(self):
        client = client_of(scopes=["tokens:write", "journeys:read"])
        own = ApiToken.objects.get()

        made = client.post(URL, {"name": "n", "scopes": ["journeys:read"], "days": 3000})

        assert made.status_code == 201
        assert ApiToken.objects.exclude(pk=own.pk).get().expiry == own.expiry


class TestCommand:
    def test_prints_a_token_that_works(self, capsys: pytest.CaptureFixture[str]):
        UserFactory(username="anna")

        call_command("create_token", "anna", name="shell", scopes=["read"], days=5)

        text = capsys.readouterr().out.strip()
        with clock_at(timezone.now()):
            assert client_with(text).get("/api/v1/accounts/").status_code == 200
        assert (ApiToken.objects.get().name, ApiToken.objects.get().scopes) == ("shell", ["read"])

    @pytest.mark.parametrize(
        ("name", "options"),
        [("nobody", {}), ("anna", {"scopes": ["fly"]}), ("anna", {"days": 0}), ("anna", {"name": "\0"})],
    )
    def test_says_what_is_wrong(self, name: str, options: dict[str, object]):
        UserFactory(username="anna")

        with pytest.raises(CommandError):
            call_command("create_token", name, **options)
        assert ApiToken.objects.count() == 0
