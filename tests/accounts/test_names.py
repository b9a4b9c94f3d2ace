"""Names are of one line and printable, whatever door they come in by; descriptions may have lines."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.test import Client
from pytest_django import Settings

from accounts import values
from accounts.findings import Invalid
from accounts.imports.run import run
from accounts.models import Account, AccountList, Audience, Import
from accounts.services import accounts, audiences, lists
from accounts.services.imports import start_import
from tests.factories import UserFactory
from tests.factories.api import client_of, pointers

EVERYBODY = {"match": "all", "filters": []}
SAID = "may not contain control characters: position 5."


class TestValues:
    @pytest.mark.parametrize(
        "wrong", ["\0", "\t", "\n", "\r", "\x0b", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f"]
    )
    def test_a_name_with_a_control_character_is_refused_with_its_place(self, wrong: str) -> None:
        with pytest.raises(ValueError, match=SAID):
            values.name(f"Acme{wrong}Inc")

    @pytest.mark.parametrize("right", ["Acme Inc", "Müller & Söhne", "東京", "a\xa0b", "👩‍💻", "~", ""])
    def test_any_other_character_may_stand_there(self, right: str) -> None:
        assert values.name(right) == right

    def test_a_description_may_have_tabs_and_line_breaks(self) -> None:
        assert values.lines("One\n\ttwo\r\nthree") == "One\n\ttwo\r\nthree"

    @pytest.mark.parametrize("wrong", ["\x07", "\x0b", "\x0c", "\x7f", "\x85"])
    def test_and_no_other_control_character(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="other than tabs and line breaks: position 2"):
            values.lines(f"a{wrong}b")


@pytest.mark.django_db
class TestServices:
    @pytest.mark.parametrize("create", [
        lambda name, now: accounts.create({"name": name}, by=None, now=now),
        lambda name, now: lists.create(name=name, by=None, now=now),
        lambda name, now: audiences.create(name=name, condition=EVERYBODY, by=None, now=now),
    ])  # fmt: skip
    def test_refuse_such_a_name(self, create: Callable[..., Any], now: datetime) -> None:
        with pytest.raises(Invalid, match=SAID) as error:
            create("Acme\x07", now)

        assert [finding.at for finding in error.value.findings] == [("name",)]

    def test_trim_what_stands_around_it(self, now: datetime) -> None:
        assert accounts.create({"name": " Acme\n"}, by=None, now=now).name == "Acme"

    def test_a_description_keeps_its_lines(self, now: datetime) -> None:
        assert lists.create(name="A", description="a\nb\tc", by=None, now=now).description == "a\nb\tc"
        with pytest.raises(Invalid) as error:
            lists.create(name="B", description="a\x07", by=None, now=now)
        assert [finding.at for finding in error.value.findings] == [("description",)]


@pytest.mark.django_db
class TestDoors:
    @pytest.mark.parametrize(("url", "given"), [
        ("accounts", {}), ("account-lists", {"type": "static"}), ("audiences", {"condition": EVERYBODY}),
    ])  # fmt: skip
    def test_the_api_says_it_at_the_name(self, url: str, given: dict[str, Any]) -> None:
        answer = client_of().post(f"/api/v1/{url}/", {**given, "name": "Acme\x9f"})

        assert answer.status_code == 400
        assert set(pointers(answer)) == {"/name"}
        assert SAID in answer.json()["detail"]

    @pytest.mark.parametrize(("model", "given"), [
        (Account, {}), (AccountList, {"type": "static"}), (Audience, {"condition": '{"match": "all", "filters": []}'})
    ])  # fmt: skip
    def test_the_admin_says_it_at_the_name(self, model: Any, given: dict[str, str]) -> None:
        client = Client()
        client.force_login(UserFactory())

        answer = client.post(f"/admin/accounts/{model._meta.model_name}/add/", {**given, "name": "Acme\x07"})

        assert answer.status_code == 400
        assert SAID in str(answer.context["form"].errors["name"])

    def test_an_import_leaves_the_row_out(self, settings: Settings, tmp_path: Path, now: datetime) -> None:
        settings.MEDIA_ROOT = tmp_path
        file = File(io.BytesIO(b'name,domain\n"Acme\nInc",a.example\nBeta,b.example\n'), "accounts.csv")
        job = start_import(file, kind="accounts", by=None, now=now)

        run(job.pk, clock=lambda: now)

        job = Import.objects.get()
        assert (job.created, job.failed) == (1, 1)
        assert job.problems.get().reason == f"Name: {SAID}"
