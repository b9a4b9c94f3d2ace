from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from accounts.api import accounts, idempotency
from accounts.models import Account, ApiToken, IdempotencyKey, Import
from tests.factories.api import client_of, clock_at

URL = "/api/v1/accounts/"
KEY = {"Idempotency-Key": "order-1"}


@pytest.mark.parametrize("key", ["", "a" * 201, "ä", "a\tb"])
def test_a_key_that_is_none_is_400(client: APIClient, key: str):
    assert client.post(URL, {"name": "A"}, headers={"Idempotency-Key": key}).status_code == 400
    assert Account.objects.count() == 0


def test_the_same_request_again_is_answered_again_and_not_done_again(client: APIClient):
    first = client.post(URL, {"name": "A"}, headers=KEY)
    again = client.post(URL, {"name": "A"}, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Content-Type"] == first["Content-Type"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Account.objects.count() == 1


def test_without_a_key_it_is_done_again(client: APIClient):
    for _ in range(2):
        client.post(URL, {"name": "A"})

    assert Account.objects.count() == 2


def test_the_key_for_another_body_or_another_place_is_409(client: APIClient):
    client.post(URL, {"name": "A"}, headers=KEY)

    other_body = client.post(URL, {"name": "B"}, headers=KEY)
    other_place = client.post("/api/v1/people/", {"name": "A"}, headers=KEY)

    assert (other_body.status_code, other_body.json()["code"]) == (409, "idempotency_key_reused")
    assert other_place.status_code == 409
    assert Account.objects.count() == 1


def test_the_key_of_another_user_is_another_key(client: APIClient):
    client.post(URL, {"name": "A"}, headers=KEY)

    assert client_of().post(URL, {"name": "B"}, headers=KEY).status_code == 201


def test_a_refusal_is_answered_again_too(client: APIClient):
    first = client.post(URL, {"name": ""}, headers=KEY)
    again = client.post(URL, {"name": ""}, headers=KEY)

    assert (first.status_code, again.status_code) == (400, 400)
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"


def test_a_day_later_the_key_is_free_again(client: APIClient, now: datetime):
    client.post(URL, {"name": "A"}, headers=KEY)

    with clock_at(now + timedelta(hours=23, minutes=59)):
        assert client.post(URL, {"name": "B"}, headers=KEY).status_code == 409
    with clock_at(now + timedelta(hours=24)):
        assert client.post(URL, {"name": "B"}, headers=KEY).status_code == 201
    assert IdempotencyKey.objects.count() == 1


def test_a_bug_leaves_neither_the_work_nor_the_key(client: APIClient, monkeypatch: pytest.MonkeyPatch):
    shown = accounts.AccountViewSet.created

    def fail(self: Any, row: Any) -> Any:
        raise RuntimeError("after the work")

    monkeypatch.setattr(accounts.AccountViewSet, "created", fail)
    assert client.post(URL, {"name": "A"}, headers=KEY).status_code == 500
    assert (Account.objects.count(), IdempotencyKey.objects.count()) == (0, 0)

    monkeypatch.setattr(accounts.AccountViewSet, "created", shown)
    assert client.post(URL, {"name": "A"}, headers=KEY).status_code == 201


def test_a_secret_is_not_kept(client: APIClient):
    first = client.post("/api/v1/tokens/", {"name": "n"}, headers=KEY)
    again = client.post("/api/v1/tokens/", {"name": "n"}, headers=KEY)

    assert first.json()["token"].startswith("tl_")
    assert again.json() == {**first.json(), "token": None}
    assert first.json()["token"] not in str(IdempotencyKey.objects.values().get())
    assert ApiToken.objects.count() == 2


def test_a_form_with_a_file_is_known_again_by_its_content(client: APIClient, settings: Any, tmp_path: Any):
    settings.MEDIA_ROOT = tmp_path

    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("a.csv", content)
        return client.post(
            "/api/v1/imports/", {"file": file, "kind": "accounts"}, format="multipart", headers=KEY
        )

    first, again, other = upload(b"name\nA\n"), upload(b"name\nA\n"), upload(b"name\nB\n")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert Import.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_one_of_many_does_it_and_all_have_its_answer(self):
        client, together = client_of(), Barrier(4)

        def post() -> Any:
            together.wait()
            try:
                return client.post(URL, {"name": "A"}, headers=KEY)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            answers = [future.result() for future in [pool.submit(post) for _ in range(4)]]

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert Account.objects.count() == 1

    def test_who_waits_too_long_is_told_that_it_is_under_way(
        self, monkeypatch: pytest.MonkeyPatch, now: datetime
    ):
        monkeypatch.setattr(idempotency, "PATIENCE", "50ms")
        client = client_of()
        user = ApiToken.objects.get().user

        def post() -> Any:
            try:
                return client.post(URL, {"name": "A"}, headers=KEY)
            finally:
                connections.close_all()

        with transaction.atomic(), ThreadPoolExecutor(1) as pool:
            IdempotencyKey.objects.create(user_id=user.pk, key="order-1", request="", created_at=now)
            answer = pool.submit(post).result()

        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_progress")
        assert Account.objects.count() == 0
        assert connection.in_atomic_block is False
