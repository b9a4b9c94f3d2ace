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

from accounts import references, values
from accounts.conditions import pin_condition
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

    @pytest.mark.parametrize("right", ["Acme Inc", "Müller & Söhne", "東京", "👩‍💻", "❤️", "נוֹעַ", "~", ""])
    def test_any_other_character_may_stand_there(self, right: str) -> None:
        assert values.name(right) == right

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("Cafe\u0301", "Café"),
            ("A  b", "A b"),
            ("A\xa0\u2003b", "A b"),
            (" A\u200bb\ufeff ", "Ab"),
            ("A \u200b b", "A b"),
            ("A\u200eb\xad", "Ab"),
        ],
    )
    def test_names_that_look_alike_are_one(self, typed: str, stored: str) -> None:
        assert values.name(typed) == values.tidy(typed) == stored
        assert values.tidy(stored) == stored

    @pytest.mark.parametrize("wrong", ["\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\u2029"])
    def test_what_turns_the_writing_or_breaks_the_line_is_refused(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="position 5"):
            values.name(f" Acme{wrong}Inc")

    @pytest.mark.parametrize("wrong", ["\u200b", "\u200d \u2060", "\u3164", "\u2800", "\ufe0f"])
    def test_a_name_can_be_seen(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="only characters that cannot be seen"):
            values.name(wrong)

    def test_is_as_long_as_it_is_stored(self) -> None:
        # Takes two characters where it had one: its parts do not join.
        assert len(values.name("\u0958" * 5)) == 10
        with pytest.raises(ValueError, match="has 10 characters; at most 8 fit"):
            values.name("\u0958" * 5, max_length=8)
        assert values.name("A" + " " * 9 + "b", max_length=3) == "A b"

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

    @pytest.mark.parametrize("create", [
        lambda name, now: lists.create(name=name, by=None, now=now),
        lambda name, now: audiences.create(name=name, condition=EVERYBODY, by=None, now=now),
    ])  # fmt: skip
    @pytest.mark.parametrize("again", ["Cafe\u0301 One", "CAFÉ  one", "Café\u200b\xa0One"])
    def test_names_are_unique_however_they_are_written(
        self, create: Callable[..., Any], again: str, now: datetime
    ) -> None:
        assert create(" Café  One", now).name == "Café One"
        with pytest.raises(Invalid) as error:
            create(again, now)
        assert [(finding.code, finding.at) for finding in error.value.findings] == [("taken", ("name",))]

    @pytest.mark.parametrize("create", [
        lambda name, now: accounts.create({"name": name}, by=None, now=now),
        lambda name, now: lists.create(name=name, by=None, now=now),
    ])  # fmt: skip
    def test_a_name_that_nobody_sees_is_none(self, create: Callable[..., Any], now: datetime) -> None:
        with pytest.raises(Invalid, match="only characters that cannot be seen"):
            create("\u200b", now)

    def test_a_reference_finds_the_name_however_it_is_written(self, now: datetime) -> None:
        row = lists.create(name="Café One", by=None, now=now)
        found = references.find("account_list", "Cafe\u0301  one")
        assert found is not None
        assert found.id == row.pk
        asked = {
            "field": "account.member_of_list",
            "operator": "is",
            "value": ["CAFE\u0301 One", " café  one"],
        }
        pinned = pin_condition({"match": "all", "filters": [asked]})
        assert [value["id"] for value in pinned["filters"][0]["value"]] == [row.pk, row.pk]

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
        assert (job.problems.get().column, job.problems.get().reason) == ("name", SAID)
