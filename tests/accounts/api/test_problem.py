"""Every error has one shape, and nothing gets past it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import models
from rest_framework.test import APIClient

from accounts.api import accounts
from accounts.models import Account
from tests.conftest import NO_ID
from tests.factories.api import pointers

URL = "/api/v1/accounts/"
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "errors"}


def sent(client: APIClient, body: bytes | str, content_type: str = "application/json") -> Any:
    return client.generic("POST", URL, body, content_type)


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]x", '{"name": NaN}', '{"name": "a", "name": "b"}', '{"name": "\\u0000"}', '{"name": "\\ud800"}',
        b'{"name": "\xff"}', '{"employees": 1e999}', '{"employees": ' + "9" * 5000 + "}", "[" * 100_000,
        '{"a":' * 50 + "1" + "}" * 50,
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_400(client: APIClient, body: bytes | str):
    answer = sent(client, body)

    assert answer.status_code == 400
    assert answer.json().keys() >= MEMBERS
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "places", "said"),
    [
        ('{"name": "\\u0000"}', ["/name"], "NUL"),
        ('{"name": "a\\ud800"}', ["/name"], "surrogate"),
        ('{"employees": 1e999}', ["/employees"], "too large"),
        ('{"employees": ' + "9" * 40 + "}", ["/employees"], "too large"),
        ('{"custom": {"a/b": [1, "\\u0000"]}, "name": "\\u0000"}', ["/custom/a~1b/1", "/name"], "NUL"),
        ('{"custom": {"\\u0000": "\\u0000"}}', ["/custom"], "NUL"),
        ('{"custom": {"\\ud800": "\\u0000"}}', ["/custom"], "surrogate"),
        ('"\\u0000"', [""], "NUL"),
    ],
)
def test_what_cannot_be_stored_is_told_with_its_place(
    client: APIClient, body: str, places: list[str], said: str
):
    answer = sent(client, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert pointers(answer) == dict.fromkeys(places, "invalid_value")
    assert all(said in fault["detail"] for fault in answer.json()["errors"])


def test_of_very_many_faults_some_are_told(client: APIClient):
    body = json.dumps({"custom": ["\0"] * 1000})

    assert 0 < len(sent(client, body).json()["errors"]) <= 20


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null", "true"])
def test_a_body_that_is_no_object_is_400(client: APIClient, body: str):
    answer = sent(client, body)

    assert answer.status_code == 400
    assert pointers(answer) == {"": "wrong_type"}


def test_every_fault_is_told_with_its_place(client: APIClient):
    answer = client.post(URL, {"nam": "A", "id": 1, "employees": "five", "custom": {"a/b": 1}})

    assert pointers(answer) == {
        "/name": "missing",
        "/nam": "unknown_field",
        "/id": "unknown_field",
        "/employees": "invalid_value",
        "/custom/a~1b": "unknown_field",
    }
    assert answer.json()["instance"] == URL
    assert Account.objects.count() == 0


def test_another_media_type_is_415(client: APIClient):
    assert sent(client, "name=A", "application/x-www-form-urlencoded").status_code == 415
    assert sent(client, "<a/>", "text/xml").status_code == 415


def test_a_client_that_takes_no_json_gets_406_and_reads_it_as_json(client: APIClient):
    answer = client.get(URL, headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")


def test_a_body_that_is_too_large_is_413(client: APIClient, settings: Any):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert sent(client, json.dumps({"name": "A" * 100})).status_code == 413
    with_key = client.post(URL, {"name": "A" * 100}, headers={"Idempotency-Key": "k"})
    assert with_key.status_code == 413


def test_a_body_in_chunks_is_411_and_not_taken_for_none(client: APIClient):
    chunked = {"Transfer-Encoding": "chunked"}

    answer = client.generic("POST", URL, b"", "application/json", headers=chunked, CONTENT_LENGTH="")

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_a_method_that_is_not_there_is_405_and_says_which_are(client: APIClient):
    answer = client.put(URL, {})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD"
    assert client.options(URL).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v2/accounts/",
        "/api/v1/nothing/",
        "/api/v1/accounts/x/",
        "/api/v1/accounts/0/",
        "/api/v1/accounts/%0A/",
    ],
)
def test_a_url_that_is_not_there_is_a_problem_too(client: APIClient, path: str):
    answer = client.get(path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("id", [str(NO_ID), "9" * 18, "9" * 19, "9" * 5000])
def test_a_row_that_is_not_there_is_404(client: APIClient, id: str):
    assert client.get(f"{URL}{id}/").status_code == 404
    assert client.delete(f"{URL}{id}/").status_code == 404


def test_a_forgotten_slash_is_pointed_out(client: APIClient):
    answer = client.post("/api/v1/accounts", {"name": "A"})

    assert answer.status_code == 404
    assert "/api/v1/accounts/" in answer.json()["detail"]


@pytest.mark.parametrize("debug", [False, True])
def test_a_bug_is_500_without_a_word_of_it(
    client: APIClient, settings: Any, monkeypatch: pytest.MonkeyPatch, debug: bool
):
    def fail(self: Any) -> models.QuerySet[Any]:
        raise RuntimeError("secret")

    settings.DEBUG = debug
    monkeypatch.setattr(accounts.AccountViewSet, "get_queryset", fail)

    answer = client.get(URL, headers={"Accept": "text/html,*/*"})

    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def test_nothing_of_the_api_is_kept_by_caches(client: APIClient):
    assert client.get(URL)["Cache-Control"] == "no-store"


def test_what_fails_before_a_view_is_a_problem_below_the_api_and_a_page_elsewhere(client: APIClient):
    foreign = {"Host": "evil.example"}

    assert client.get(URL, headers=foreign)["Content-Type"] == "application/problem+json"
    assert client.get(URL, headers=foreign).status_code == 400
    assert client.get("/admin/", headers=foreign)["Content-Type"].startswith("text/html")
