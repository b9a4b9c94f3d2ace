"""Words that rows must contain: one meaning for the admin and the API."""

from __future__ import annotations

import pytest

from accounts.api import pages
from accounts.models import Account, AccountList, Person
from accounts.search import words_of
from tests.factories import AccountFactory, AccountListFactory, PersonFactory
from tests.factories.admin import client as client
from tests.factories.admin import to as to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Johnson & Johnson", ["Johnson", "Johnson"]), ("&", ["&"]), (" ", []), ("a\0b", ["ab"]),
        ("one two three four five six", ["one", "two", "three", "four", "five"]),
    ],
)  # fmt: skip
def test_the_words_that_count(typed: str, words: list[str]):
    assert words_of(typed) == words


@pytest.fixture
def rows() -> None:
    PersonFactory(first_name="Kenji", last_name="Mori", email="kenji@a.example")
    PersonFactory(first_name="Anna", last_name="Mori", email="anna@a.example")
    for name in ("Johnson & Johnson", "Mori Foods", "& Sons"):
        AccountFactory(name=name, domain="")
    for name in ("Mori of spring", "Spring fair"):
        AccountListFactory(name=name)


@pytest.mark.parametrize(
    "typed",
    ["kenji mori", "mori", "MORI kenji", "@", "mo", "or", "&", "johnson & johnson", "son", "%", "spring f"],
)
@pytest.mark.parametrize("large", [True, False], ids=["many", "few"])
def test_admin_and_api_find_the_same(client, to, rows, monkeypatch, typed: str, large: bool):
    monkeypatch.setattr(pages, "EXACT_TO", 1 if large else pages.EXACT_TO)
    for model, url in ((Account, "accounts"), (Person, "people"), (AccountList, "account-lists")):
        listed = client.get(to(model, "changelist"), {"q": typed}).context["cl"].result_list
        found = client.get(f"/api/v1/{url}/", {"search": typed}).json()["results"]
        assert sorted(row.pk for row in listed) == sorted(row["id"] for row in found), url


def test_a_search_of_few_can_be_sorted_and_read_in_pieces(client):
    for name in ("B", "A", "C"):
        AccountFactory(name=f"{name} search", domain="")
    first = client.get("/api/v1/accounts/", {"search": "search", "ordering": "-name", "page_size": 2}).json()
    second = client.get(first["next"]).json()

    assert [row["name"] for row in first["results"] + second["results"]] == [
        "C search",
        "B search",
        "A search",
    ]
    assert (first["count"], second["next"]) == (3, None)
