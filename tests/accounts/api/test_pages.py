from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.api import pages
from accounts.models import Account, Score
from tests.factories import AccountFactory, AccountListFactory, PersonFactory

URL = "/api/v1/accounts/"


def every(client: APIClient, url: str) -> list[Any]:
    """All rows, piece by piece."""
    found: list[Any] = []
    following: str | None = url
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.json()
        found += answer.json()["results"]
        following = answer.json()["next"]
    return found


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page_size=0", "page_size"), ("page_size=501", "page_size"), ("page_size=x", "page_size"),
        ("page_size=-1", "page_size"), ("page_size=²", "page_size"), ("cursor=x", "cursor"),
        ("cursor=bm90IGpzb24", "cursor"), ("cursor=WzEsMl0", "cursor"), ("cursor=WyJhIl0", "cursor"),
        ("cursor=W251bGxd", "cursor"), ("cursor=ä", "cursor"), ("ordering=revenue", "ordering"),
        ("ordering=", "ordering"), ("industry=", "industry"), ("search=", None),
        ("external_id=%20", "external_id"), ("industry=%20%09", "industry"), ("search=%20", None),
        ("ordering=,", "ordering"), ("fields=nothing", "fields"), ("fields=", "fields"),
        ("page=1", "page"), ("nothing=1", "nothing"), ("search=a&search=b", "search"), ("search=%00", "search"),
        ("search=" + "a" * 201, "search"), ("format=json", "format"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_or_unknown_is_400_and_named(
    client: APIClient, query: str, parameter: str | None
):
    answer = client.get(f"{URL}?{query}")

    if parameter is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 400, answer.json()
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("url", "parameter"), [("buying-groups", "status"), ("people", "email"), ("account-lists", "status")]
)
def test_a_blank_filter_is_no_list_of_everything(client: APIClient, url: str, parameter: str):
    answer = client.get(f"/api/v1/{url}/?{parameter}=%20")

    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


def test_a_parameter_of_a_list_means_nothing_elsewhere(client: APIClient):
    account = AccountFactory()

    assert client.get(f"{URL}{account.pk}/?page_size=5").status_code == 400
    assert client.get(f"{URL}{account.pk}/?fields=name").json() == {"name": account.name}
    assert client.post(f"{URL}?search=a", {"name": "A"}).status_code == 400


class TestCursor:
    def test_gives_every_row_once_whatever_the_order(self, client: APIClient):
        for industry in ["Banking", "", "Banking", "Tea", "", "Tea", "Tea"]:
            AccountFactory(industry=industry)
        rows = list(Account.objects.values("id", "industry"))

        for ordering, key in {
            "industry": lambda row: (row["industry"], row["id"]),
            "-id": lambda row: -row["id"],
            "id,industry": lambda row: row["id"],
        }.items():
            found = every(client, f"{URL}?ordering={ordering}&page_size=2&fields=id")
            assert [row["id"] for row in found] == [row["id"] for row in sorted(rows, key=key)]

    def test_mixes_directions(self, client: APIClient):
        for industry, name in [("A", "x"), ("A", "y"), ("B", "x"), ("B", "y"), ("A", "x")]:
            AccountFactory(industry=industry, name=name)

        found = every(client, f"{URL}?ordering=-industry,name&page_size=1&fields=industry,name")

        assert [(row["industry"], row["name"]) for row in found] == [
            ("B", "x"), ("B", "y"), ("A", "x"), ("A", "x"), ("A", "y"),
        ]  # fmt: skip

    def test_of_another_order_is_refused(self, client: APIClient):
        AccountFactory.create_batch(2)
        following = client.get(f"{URL}?page_size=1&ordering=name").json()["next"]

        assert client.get(following.replace("ordering=name", "ordering=-name")).status_code == 400

    def test_a_row_that_comes_or_goes_meanwhile_shifts_nothing(self, client: APIClient):
        rows = AccountFactory.create_batch(4)
        first = client.get(f"{URL}?page_size=2&fields=id").json()
        rows[0].delete()
        AccountFactory()

        second = client.get(first["next"]).json()

        assert [row["id"] for row in second["results"]] == [rows[2].pk, rows[3].pk]

    def test_counts_exactly_up_to_a_limit_and_then_says_more(
        self, client: APIClient, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(pages, "EXACT_TO", 3)
        AccountFactory.create_batch(3)
        exact = client.get(URL).json()
        AccountFactory()
        more = client.get(URL).json()

        assert (exact["count"], exact["count_is_exact"]) == (3, True)
        assert (more["count"], more["count_is_exact"]) == (3, False)


class TestPages:
    def test_go_there_and_back_again(self, client: APIClient):
        Score.objects.bulk_create(Score(name=f"score{n}", label="S") for n in range(5))

        second = client.get("/api/v1/scores/?page=2&page_size=2&fields=name").json()

        assert [row["name"] for row in second["results"]] == ["score2", "score3"]
        assert client.get(second["next"]).json()["next"] is None
        assert client.get(second["previous"]).json()["previous"] is None
        assert (second["count"], second["count_is_exact"]) == (5, True)

    def test_a_page_behind_the_last_one_is_empty(self, client: APIClient):
        assert client.get("/api/v1/scores/?page=1000000&page_size=500").json()["results"] == []
        assert client.get("/api/v1/scores/?page=1000001").status_code == 400


MANY: dict[str, Callable[[int], object]] = {
    "accounts/": lambda n: AccountFactory.create_batch(n),
    "people/": lambda n: PersonFactory.create_batch(n, accounts=2),
    "account-lists/": lambda n: AccountListFactory.create_batch(n),
}


@pytest.mark.parametrize("place", MANY)
def test_thirty_rows_cost_no_more_queries_than_three(
    client: APIClient, place: str, count_queries: Callable[[Callable[[], object]], int]
):
    client.get(f"/api/v1/{place}")
    MANY[place](3)
    few = count_queries(lambda: client.get(f"/api/v1/{place}"))
    MANY[place](30)

    assert count_queries(lambda: client.get(f"/api/v1/{place}")) == few


def test_a_page_behind_the_end_leads_back_to_the_last(client: APIClient):
    AccountListFactory.create_batch(3)
    url = "/api/v1/account-lists/"
    pages = [client.get(f"{url}?page_size=2&page={page}").json() for page in (99, 3, 2)]

    assert [page["previous"].split("?")[1][:6] for page in pages] == ["page=2", "page=2", "page=1"]
    assert [(len(page["results"]), page["next"]) for page in pages] == [(0, None), (0, None), (1, None)]
    assert client.get(f"{url}?page=7&search=nothing").json()["previous"].endswith("?page=1&search=nothing")
