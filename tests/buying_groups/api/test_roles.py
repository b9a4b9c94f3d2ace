from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from buying_groups.models import Role
from tests.factories import RoleTemplateFactory
from tests.factories.api import clock_at, pointers
from tests.factories.buying_groups import role

URL = "/api/v1/roles/"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/name": "missing"}),
        ({"name": ""}, {"/name": "empty_value"}),
        ({"name": "champion"}, {"/name": "taken"}),
        ({"name": "a" * 101}, {"/name": "wrong_value"}),
        ({"name": "A", "is_built_in": True}, {"/is_built_in": "unknown_field"}),
        ({"name": "A", "description": None}, {"/description": "missing"}),
    ],
)
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: object, faults: object):
    answer = client.post(URL, body)

    assert (answer.status_code, pointers(answer)) == (400, faults)


def test_create_edit_and_delete(client: APIClient, now: datetime):
    made = client.post(URL, {"name": " Sponsor ", "description": "pays"})
    assert made.status_code == 201
    assert client.get(made["Location"]).json() == made.json()
    assert (made.json()["name"], made.json()["is_built_in"], made.json()["position"]) == ("Sponsor", False, 7)

    with clock_at(now + timedelta(seconds=1)):
        edited = client.patch(made["Location"], {"name": "Payer"}, headers={"If-Match": made["ETag"]})
    assert (edited.status_code, edited.json()["name"]) == (200, "Payer")
    stale = {"If-Match": made["ETag"]}
    assert client.patch(made["Location"], {"name": "A"}, headers=stale).status_code == 412
    assert client.delete(made["Location"], headers=stale).status_code == 412
    assert client.delete(made["Location"], headers={"If-Match": edited["ETag"]}).status_code == 204
    assert client.delete(made["Location"]).status_code == 404


def test_a_built_in_one_stays_as_it_is(client: APIClient):
    url = f"{URL}{role('Champion').pk}/"

    assert client.get(url).json()["updated_at"] is None
    for answer in (client.patch(url, {"name": "A"}), client.delete(url)):
        assert (answer.status_code, answer.json()["code"]) == (409, "built_in")


def test_the_twenty_first_and_one_in_use_are_conflicts(client: APIClient):
    for n in range(14):
        assert client.post(URL, {"name": f"Role {n}"}).status_code == 201

    answer = client.post(URL, {"name": "One too many"})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many")
    used = Role.objects.get(name="Role 3")
    RoleTemplateFactory(name="CRM").roles.update(role=used)
    answer = client.delete(f"{URL}{used.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert "role template CRM" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=MAK", ["Decision Maker"]),
        ("is_built_in=false", ["Aide"]),
        ("is_built_in=true&page_size=2", ["Decision Maker", "Influencer"]),
        ("ordering=name&page_size=2", ["Aide", "Champion"]),
        ("ordering=-updated_at&page_size=1", ["Aide"]),
        ("page=4&page_size=2", ["Aide"]),
    ],
)
def test_roles_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    client.post(URL, {"name": "Aide"})

    assert [row["name"] for row in client.get(f"{URL}?{query}").json()["results"]] == found
