from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.imports.run import run_next
from accounts.models import Account, Import
from tests.conftest import NO_ID
from tests.factories.api import client_of, pointers, user_with

URL = "/api/v1/imports/"
# A byte order mark, semicolons, a broken row (an employee count that is none), and the same row twice.
ACME = "Acme;acme.example;5\n"
MESSY = f"\ufeffname;domain;employees\n{ACME}Beta;beta.example;many\n{ACME}Gamma;gamma.example;7\n"


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: APIClient, content: str | bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("accounts.csv", content.encode() if isinstance(content, str) else content)
    return client.post(URL, {"file": file, "kind": "accounts", **fields}, format="multipart")


class TestRefuses:
    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"kind": "journeys"}, "/kind"), ({"mapping": "[1]"}, "/mapping"), ({"mapping": "{"}, "/mapping"),
            ({"mapping": '{"nothing": "account.name"}'}, "/mapping/nothing"), ({"start": "maybe"}, "/start"),
            ({"mapping": '{"name": "account.nothing"}'}, "/mapping/name"), ({"x": "1"}, "/x"),
        ],
    )  # fmt: skip
    def test_fields_that_are_wrong(self, client: APIClient, fields: dict[str, str], fault: str):
        answer = upload(client, "name\nAcme\n", **fields)

        assert (answer.status_code, list(pointers(answer))) == (400, [fault])
        assert Import.objects.count() == 0

    @pytest.mark.parametrize("content", ["", "\n", b"\xff\xfen\0a\0", b"na\xe4me\nA\n", "name,name\nA,B\n"])
    def test_files_that_cannot_be_read(self, client: APIClient, content: str | bytes):
        assert list(pointers(upload(client, content))) == ["/file"]

    def test_no_file_and_a_body_that_is_no_form(self, client: APIClient):
        assert set(pointers(client.post(URL, {}, format="multipart"))) == {"/file", "/kind"}
        assert pointers(client.post(URL, {"file": "x", "kind": "accounts"}, format="multipart")) == {
            "/file": "wrong_type"
        }
        assert client.post(URL, {"kind": "accounts"}).status_code == 415
        broken = client.generic("POST", URL, b"--x\r\nnonsense", "multipart/form-data; boundary=x")
        assert broken.status_code == 400
        assert client.generic("POST", URL, b"", "multipart/form-data").status_code == 400

    def test_who_may_not_add_and_change_what_the_file_holds(self):
        client = client_of(user_with("accounts.add_import", "accounts.add_account"))

        assert upload(client, "name\nAcme\n").status_code == 403


def test_a_messy_file_is_read_and_each_bad_row_told(client: APIClient, now: datetime):
    made = upload(client, MESSY)
    assert (made.status_code, made.json()["status"]) == (201, "queued")

    run_next(clock=lambda: now)

    done = client.get(made["Location"]).json()
    assert (done["status"], done["progress"]) == ("done", 1.0)
    assert {key: done[key] for key in ("rows", "created", "updated", "unchanged", "failed")} == {
        "rows": 4, "created": 2, "updated": 0, "unchanged": 1, "failed": 1,
    }  # fmt: skip
    [problem] = client.get(f"{made['Location']}problems/").json()["results"]
    assert (problem["line"], problem["column"]) == (3, "employees")
    assert "many" in problem["reason"]
    assert set(Account.objects.values_list("name", flat=True)) == {"Acme", "Gamma"}

    again = upload(client, MESSY)
    run_next(clock=lambda: now)
    assert client.get(again["Location"]).json()["unchanged"] == 3


def test_a_file_can_be_looked_at_mapped_and_then_started(client: APIClient, now: datetime):
    made = upload(client, "Firm;x\nAcme;5\n", start="false")
    assert (made.status_code, made.json()["status"]) == (201, "preview")
    url = made["Location"]

    seen = client.get(f"{url}preview/").json()
    assert (seen["header"], seen["delimiter"], seen["rows"]) == (
        ["Firm", "x"],
        ";",
        [{"line": 2, "cells": ["Acme", "5"]}],
    )
    assert pointers(client.post(f"{url}start/", {"mapping": {"x": "account.nothing"}})) == {
        "/mapping/x": "unknown_field"
    }
    assert client.post(f"{url}start/", {"mapping": 5}).status_code == 400
    started = client.post(f"{url}start/", {"mapping": {"Firm": "account.name", "x": "account.employees"}})
    assert (started.status_code, started.json()["status"]) == (200, "queued")
    assert client.post(f"{url}start/").status_code == 409

    run_next(clock=lambda: now)
    assert Account.objects.get().employees == 5


def test_a_mapping_can_come_with_the_file(client: APIClient, now: datetime):
    made = upload(
        client, "Firm,x\nAcme,5\n", mapping=json.dumps({"Firm": "account.name", "x": "account.employees"})
    )
    assert made.status_code == 201

    run_next(clock=lambda: now)
    assert Account.objects.get().employees == 5


def test_an_import_can_be_cancelled_until_it_has_ended(client: APIClient):
    made = upload(client, "name\nAcme\n")

    cancelled = client.post(f"{made['Location']}cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert cancelled.json()["cancelled_by"]["id"] == cancelled.json()["created_by"]["id"]
    assert client.post(f"{made['Location']}cancel/").status_code == 409
    assert client.get(f"{URL}?status=cancelled&kind=accounts").json()["count"] == 1
    assert client.post(f"{URL}{NO_ID}/cancel/").status_code == 404
    assert client.get(f"{URL}{NO_ID}/problems/").status_code == 404
