"""Whether a page's number of queries grows with its rows: the same lists with ten rows and with a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.admin import account_people, list_members
from accounts.models import Account, AccountList, Audience, Import, Person
from buying_groups.admin import group_page
from buying_groups.models import BuyingGroup
from journeys.admin import entries
from journeys.models import Journey
from tests.benchmarks import pages_groups, pages_journey

FEW, MANY, MANY_OF_API = 10, 1_000, 500
MODELS = (Journey, Account, Person, AccountList, Audience, Import)
OF_API = ("journeys", "accounts", "people", "account-lists", "audiences", "imports")


def compared(client: Any) -> Iterator[tuple[str, int, int]]:
    """Each list with its number of queries for few rows and for many."""
    for model in MODELS:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield url, *(_of_list(client, model, url, size) for size in (FEW, MANY))
    journey, members = pages_journey.found().pk, AccountList.objects.order_by("pk")[0].pk
    for module, url in (
        (entries, f"/admin/journeys/journey/{journey}/entries/"),
        (list_members, f"/admin/accounts/accountlist/{members}/change/"),
        (account_people, f"/admin/accounts/account/{Account.objects.order_by('pk')[0].pk}/people/"),
    ):
        yield url, *(_of_page(client, module, url, size) for size in (FEW, MANY))
    groups, group = "/admin/buying_groups/buyinggroup/", pages_groups.first().pk
    yield groups, *(_of_list(client, BuyingGroup, groups, size) for size in (FEW, MANY))
    yield (
        f"{groups}{group}/",
        *(_of_page(client, group_page, f"{groups}{group}/change/", size) for size in (FEW, MANY)),
    )
    for part in (
        *OF_API,
        f"journeys/{journey}/entries",
        f"account-lists/{members}/members",
        f"accounts/{_first()}/timeline",
        f"accounts/{_first()}/journeys",
        "buying-groups",
        *(f"buying-groups/{group}/{part}" for part in ("members", "scores", "ignored-changes", "timeline")),
    ):
        url = f"/api/v1/{part}/"
        yield url, *(_queries(client, f"{url}?page_size={size}") for size in (FEW, MANY_OF_API))


def _first() -> int:
    return Account.objects.order_by("pk")[0].pk


@contextmanager
def _having(thing: Any, name: str, value: int) -> Iterator[None]:
    """While an attribute has this value."""
    before = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, before)


def _of_list(client: Any, model: Any, url: str, size: int) -> int:
    with _having(admin.site._registry[model], "list_per_page", size):
        return _queries(client, url)


def _of_page(client: Any, module: Any, url: str, size: int) -> int:
    with _having(module, "SIZE", size):
        return _queries(client, url)


def _queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)
