from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Audience
from tests.factories import AccountFactory, AudienceFactory, PersonFactory
from tests.factories.api import clock_at, pointers

URL = "/api/v1/audiences/"
BANKS: dict[str, Any] = {
    "match": "all",
    "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}],
}
NOWHERE: dict[str, Any] = {
    "match": "all",
    "filters": [{"field": "account.member_of_list", "operator": "is", "value": ["Nothing"]}],
}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"condition": BANKS}, "/name"), ({"name": "A"}, "/condition"),
        ({"name": "A", "condition": None}, "/condition"),
        ({"name": "big BANKS", "condition": BANKS}, "/name"), ({"name": "A", "condition": {}}, "/condition/match"),
        ({"name": "A", "condition": NOWHERE}, "/condition/filters/0/value/0"),
        ({"name": "A", "condition": {"match": "all", "filters": [{"field": "person.email", "operator": "is_empty"}]}},
         "/condition/filters/0/field"),
        ({"name": "A", "condition": BANKS, "revision": 5}, "/revision"),
    ],
)  # fmt: skip
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: object, fault: str):
    AudienceFactory(name="Big banks")

    answer = client.post(URL, body)

    assert answer.status_code == 400
    assert next(iter(pointers(answer))).startswith(fault.rsplit("/value", 1)[0])
    assert Audience.objects.count() == 1


def test_create_edit_count_and_delete(client: APIClient):
    bank = AccountFactory(industry="Banking")
    PersonFactory.create_batch(2, accounts=[bank])
    AccountFactory(industry="Tea")
    made = client.post(URL, {"name": "Banks", "condition": BANKS})
    assert made.status_code == 201
    url = made["Location"]

    assert client.get(f"{url}count/").json() == {"accounts": 1, "people": 2}
    edited = client.patch(url, {"description": "All of them", "condition": {"match": "any", "filters": []}})
    assert (edited.status_code, edited.json()["description"]) == (200, "All of them")
    assert client.get(f"{url}count/").json()["accounts"] == 2
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_a_save_on_top_of_a_newer_one_is_412(client: APIClient, now: datetime):
    made = client.post(URL, {"name": "A", "condition": BANKS})
    url, stale = made["Location"], {"If-Match": made["ETag"]}
    with clock_at(now + timedelta(seconds=1)):
        newer = client.patch(url, {"condition": {"match": "any", "filters": []}}, headers=stale)

    assert (newer.status_code, client.get(url)["ETag"]) == (200, newer["ETag"])
    assert client.patch(url, {"condition": BANKS}, headers=stale).status_code == 412
    assert client.delete(url, headers=stale).status_code == 412
    assert Audience.objects.get().condition["filters"] == []
    assert client.patch(url, {"name": "B"}).status_code == 200
    seen = {"If-Match": client.get(url)["ETag"]}
    assert client.delete(url, headers=seen).status_code == 204


def test_one_that_another_condition_names_cannot_be_deleted(client: APIClient):
    used = AudienceFactory(name="Used")
    inside = {
        "match": "all",
        "filters": [{"field": "account.in_audience", "operator": "is", "value": ["Used"]}],
    }
    assert client.post(URL, {"name": "User", "condition": inside}).status_code == 201

    answer = client.delete(f"{URL}{used.pk}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert "User" in answer.json()["detail"]


def test_a_condition_that_leads_back_is_refused(client: APIClient):
    row = AudienceFactory(name="Loop")
    inside = {
        "match": "all",
        "filters": [{"field": "account.in_audience", "operator": "is", "value": ["Loop"]}],
    }

    assert pointers(client.patch(f"{URL}{row.pk}/", {"condition": inside})) == {"/condition": "circle"}


def test_thirty_cost_no_more_queries_than_three(client: APIClient, count_queries: Any):
    AudienceFactory.create_batch(3, condition=BANKS)
    client.get(URL)
    few = count_queries(lambda: client.get(URL))
    AudienceFactory.create_batch(27, condition=BANKS)

    assert count_queries(lambda: client.get(URL)) == few
