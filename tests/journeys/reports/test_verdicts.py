"""The verdict of each path that was asked, with what its filters saw then: the same in the API and the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from journeys.models import Journey, Path, Visit
from tests.factories import AccountFactory, AccountListFactory, UserFactory
from tests.factories.api import client_of
from tests.factories.maps import condition, publish_map, split, start, wait
from tests.journeys.engine.tools import Clock, Engine, entry

pytestmark = pytest.mark.django_db
ALIKE = "Companies that " + "bought " * 13
LARGE = condition("account.employees", "at_least", 1000)
MIDDLE = {"match": "any", "filters": [
    {"field": "account.member_of_list", "operator": "is", "value": [f"{ALIKE}once"]},
    {"field": "account.member_of_list", "operator": "is_not", "value": f"{ALIKE}never"},
]}  # fmt: skip
NEVER, ONCE = (f"Account list is {ALIKE}{word}" for word in ("never", "once"))


@pytest.fixture
def accounts() -> list[Account]:
    """A large one, one that is on both lists, one that is only on that of which it must not be."""
    accounts: list[Account] = [AccountFactory(employees=size) for size in (5000, 5, 5)]
    AccountListFactory(name=f"{ALIKE}once", members=[accounts[1]])
    AccountListFactory(name=f"{ALIKE}never", members=accounts[1:])
    return accounts


@pytest.fixture
def journey(accounts: list[Account]) -> Journey:
    journey = publish_map(start(), split("size", ("large", LARGE, None), ("known", MIDDLE, None)))
    Engine(Clock()).run()
    return journey


def told(journey: Journey, account: Account) -> list[tuple[str, bool, dict[str, Any]]]:
    """The verdicts of the split as the API gives them; the admin's page says the same."""
    one = entry(journey, account)
    why = client_of().get(f"/api/v1/entries/{one.pk}/why/").json()
    assert (
        client_of().get(f"/api/v1/journeys/{journey.pk}/why/?account={account.pk}").json()["visits"]
        == why["visits"]
    )
    given = why["visits"][1]["verdicts"]
    browser = Client()
    browser.force_login(UserFactory())
    answer = browser.get(f"/admin/journeys/journey/{journey.pk}/entries/{one.pk}/")
    shown = answer.context["told"][1].verdicts
    words = {True: "yes", False: "no"}
    assert [(asked.verdict.path, asked.verdict.verdict, asked.verdict.text, asked.seen) for asked in shown] == [
        (
            each["path"], each["verdict"], each["text"],
            [(saw["text"], words.get(saw["value"], f"{saw['value']:,}")) for saw in each["seen"]],
        )
        for each in given
    ]  # fmt: skip
    assert all(each["text"] in answer.content.decode() for each in given)
    return [
        (each["path"], each["verdict"], {saw["text"]: saw["value"] for saw in each["seen"]}) for each in given
    ]


def test_of_each_path_up_to_the_one_that_was_taken(journey: Journey, accounts: list[Account]) -> None:
    assert told(journey, accounts[0]) == [("large", True, {"Employees": 5000})]
    assert told(journey, accounts[1]) == [
        ("large", False, {"Employees": 5}), ("known", True, {ONCE: True, NEVER: True}),
    ]  # fmt: skip


def test_of_all_paths_where_none_matched(journey: Journey, accounts: list[Account]) -> None:
    assert told(journey, accounts[2]) == [
        ("large", False, {"Employees": 5}), ("known", False, {ONCE: False, NEVER: True}),
    ]  # fmt: skip


def test_with_the_values_of_then(journey: Journey, accounts: list[Account]) -> None:
    Account.objects.filter(pk=accounts[0].pk).update(employees=1)
    Path.objects.update(label="Now called so")

    assert told(journey, accounts[0]) == [("Now called so", True, {"Employees": 5000})]


def test_of_earlier_versions_the_first_of_two_that_are_called_alike_has_the_value(
    journey: Journey, accounts: list[Account]
) -> None:
    cut = f"account.member_of_list: {ALIKE}"[:100]
    seen = {"account.employees": 5, cut: True, "Something else": 7}
    Visit.objects.filter(entry=entry(journey, accounts[1]), number=2).update(detail=seen)

    assert told(journey, accounts[1])[1] == ("known", True, {ONCE: True})
    why = client_of().get(f"/api/v1/entries/{entry(journey, accounts[1]).pk}/why/").json()
    assert why["visits"][1]["seen"] == seen


def test_of_who_was_removed_there_is_none(journey: Journey, accounts: list[Account]) -> None:
    Visit.objects.filter(entry=entry(journey, accounts[2]), number=2).update(detail=None)

    assert told(journey, accounts[2]) == []


def test_thirty_visits_cost_no_more_queries_than_three(count_queries: Any) -> None:
    specs = [split(f"s{n}", (f"p{n}", LARGE, f"s{n + 1}"), other=f"s{n + 1}") for n in range(30)]
    account, client = AccountFactory(employees=5), client_of()
    journeys = [
        publish_map(start(), *specs[27:], wait("s30", days=1)),
        publish_map(start(), *specs, wait("s30", days=1)),
    ]
    Engine(Clock()).run()
    urls = [f"/api/v1/entries/{entry(journey, account).pk}/why/" for journey in journeys]
    assert [len(client.get(url).json()["visits"]) for url in urls] == [5, 32]

    few, many = [count_queries(lambda url=url: client.get(url)) for url in urls]

    assert few == many
