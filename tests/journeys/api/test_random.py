"""Whatever a client sends, the answer is one of those that the schema tells, and never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.factories import (
    AccountFactory,
    AccountListFactory,
    AudienceFactory,
    CustomAttributeFactory,
    JourneyFactory,
    PersonFactory,
    ScoreFactory,
)
from tests.factories.api import client_of
from tests.journeys.api.routes import Route, routes

WRITES = [route for route in routes() if route.method != "GET"]
PARAMETERS = (
    "search", "ordering", "fields", "page", "page_size", "cursor", "status", "created_by", "node", "behind", "account",
    "updated_at_after", "start_before", "is_test", "about", "as", "name", "industry", "type",
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=()), max_size=12)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
WORDS = [
    "name",
    "label",
    "description",
    "type",
    "kind",
    "key",
    "next",
    "nodes",
    "settings",
    "paths",
    "condition",
    "match",
    "filters",
    "field",
    "operator",
    "value",
    "all",
    "any",
    "account.name",
    "is",
    "has",
    "start",
    "end",
    "re_entry",
    "delay",
    "unit",
    "days",
    "account_list",
    "Enterprise",
    "accounts",
    "account",
    "role",
    "is_primary",
    "scopes",
    "read",
    "mapping",
    "because",
    "email",
    "custom",
    "tier",
    "employees",
    "subject",
    "2027-06-30T22:00:00Z",
    "0220-10-27T21:25:07+23:58",
    "wait",
    "split_accounts",
]
words = st.sampled_from(WORDS)
likely = st.recursive(
    words | scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=12,
)
bodies = values | likely | st.dictionaries(words, likely, max_size=6)


@pytest.fixture
def world(db: None) -> tuple[APIClient, dict[str, int]]:
    """One of everything, and its id by the parameter of the URL."""
    account_list = AccountListFactory(name="Enterprise", members=[AccountFactory()])
    person, journey = PersonFactory(accounts=1), JourneyFactory()
    ScoreFactory()
    CustomAttributeFactory()
    ids = {"account_id": person.accounts.get().pk, "person_id": person.pk, "list_id": account_list.pk}
    return client_of(), {**ids, "journey_id": journey.pk, "pk": AudienceFactory().pk, "import_id": 1}


def url_of(route: Route, ids: dict[str, int]) -> str:
    place = route.place
    for name, id in ids.items():
        place = place.replace(f"<id:{name}>", str(id))
    return "/api/v1/" + place.replace("<slug:name>", "fit").replace("<str:token_key>", "tl_0")


def check(answer: Any) -> None:
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


@pytest.fixture
def first_nodes(world: tuple[APIClient, dict[str, int]]) -> str:
    """The nodes of the journey before anything is changed, as JSON."""
    client, ids = world
    return json.dumps(client.get(f"/api/v1/journeys/{ids['journey_id']}/map/").json()["nodes"])


@pytest.mark.parametrize("route", WRITES, ids=str)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies)
def test_any_body(world: tuple[APIClient, dict[str, int]], route: Route, body: object):
    client, ids = world
    text = json.dumps(body, ensure_ascii=True)

    check(client.generic(route.method, url_of(route, ids), text, "application/json"))


@pytest.mark.parametrize("route", [route for route in routes() if route.method == "GET"], ids=str)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(PARAMETERS), texts | words | st.integers().map(str), max_size=2))
def test_any_query(world: tuple[APIClient, dict[str, int]], route: Route, query: dict[str, str]):
    client, ids = world
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}

    check(client.get(url_of(route, ids), clean))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_document_with_one_thing_changed(
    world: tuple[APIClient, dict[str, int]], first_nodes: str, data: st.DataObject
):
    client, ids = world
    # Each time the same document, whatever was saved of the one before: else no example can be told again.
    nodes = json.loads(first_nodes)
    where: Any = {"nodes": nodes}
    while isinstance(where, dict | list) and where:
        step = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[step], dict | list) or data.draw(st.booleans()):
            where[step] = data.draw(likely)
            break
        where = where[step]

    text = json.dumps({"nodes": nodes})
    check(client.generic("PUT", f"/api/v1/journeys/{ids['journey_id']}/map/", text, "application/json"))
    check(client.get(f"/api/v1/journeys/{ids['journey_id']}/problems/"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
def test_any_bytes(world: tuple[APIClient, dict[str, int]], body: bytes):
    client, _ = world

    for path, media_type in [
        ("accounts/", "application/json"), ("journeys/import/", "application/yaml"),
        ("imports/", "multipart/form-data; boundary=x"),
    ]:  # fmt: skip
        check(client.generic("POST", f"/api/v1/{path}", body, media_type))
