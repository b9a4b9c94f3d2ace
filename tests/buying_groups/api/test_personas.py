from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from buying_groups.models import Persona
from tests.factories import RoleTemplateFactory
from tests.factories.api import clock_at, pointers

URL = "/api/v1/personas/"
LAWYERS = [{"field": "person.job_title", "values": ["Lawyer", "Counsel"]}]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/name": "missing", "/attributes": "missing"}),
        ({"name": "VP", "attributes": []}, {"/attributes": "empty_value"}),
        ({"name": "analyst", "attributes": LAWYERS}, {"/name": "taken"}),
        ({"name": "A", "attributes": [{"field": "person.nothing"}]}, {"/attributes/0/field": "not_found"}),
        (
            {"name": "A", "attributes": [{"field": "person.job_title", "values": [5]}]},
            {"/attributes/0/values/0": "wrong_value"},
        ),
        ({"name": "A", "attributes": LAWYERS, "condition": {}}, {"/condition": "unknown_field"}),
    ],
)
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: object, faults: object):
    answer = client.post(URL, body)

    assert (answer.status_code, pointers(answer)) == (400, faults)


def test_create_edit_and_delete(client: APIClient, now: datetime):
    made = client.post(URL, {"name": " Legal ", "description": "law", "attributes": LAWYERS, "position": 2})
    assert made.status_code == 201
    assert client.get(made["Location"]).json() == made.json()
    assert (made.json()["name"], made.json()["position"], made.json()["attributes"]) == ("Legal", 2, LAWYERS)
    assert [row["name"] for row in client.get(URL).json()["results"]][1] == "Legal"

    with clock_at(now + timedelta(seconds=1)):
        edited = client.patch(made["Location"], {"position": 1}, headers={"If-Match": made["ETag"]})
    assert (edited.status_code, edited.json()["position"]) == (200, 1)
    stale = {"If-Match": made["ETag"]}
    assert client.patch(made["Location"], {"name": "A"}, headers=stale).status_code == 412
    assert client.delete(made["Location"], headers=stale).status_code == 412
    assert client.delete(made["Location"], headers={"If-Match": edited["ETag"]}).status_code == 204
    assert client.delete(made["Location"]).status_code == 404


def test_one_in_use_and_the_twenty_first_are_conflicts(client: APIClient):
    analyst = Persona.objects.get(name="Analyst")
    asked = {"field": "person.persona", "operator": "is", "value": [{"id": analyst.pk, "name": "Analyst"}]}
    RoleTemplateFactory(name="CRM", roles={"Champion": {"condition": {"match": "all", "filters": [asked]}}})

    answer = client.delete(f"{URL}{analyst.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert "role template CRM" in answer.json()["detail"]

    for n in range(10):
        assert client.post(URL, {"name": f"Persona {n}", "attributes": LAWYERS}).status_code == 201
    answer = client.post(URL, {"name": "One too many", "attributes": LAWYERS})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")


def test_conditions_may_ask_for_it(client: APIClient):
    fields = {
        row["name"]: row for row in client.get("/api/v1/condition-fields/?about=person").json()["results"]
    }

    operators = [operator["name"] for operator in fields["person.persona"]["operators"]]
    assert operators == ["is", "is_not", "is_empty", "is_not_empty"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=manag", ["Senior Manager / Manager"]),
        ("page_size=2", ["CXO / EVP", "SVP / VP"]),
        ("ordering=name&page_size=2", ["Analyst", "CXO / EVP"]),
    ],
)
def test_the_ten_that_come_along_can_be_searched_and_sorted(client: APIClient, query: str, found: list[str]):
    assert [row["name"] for row in client.get(f"{URL}?{query}").json()["results"]] == found
