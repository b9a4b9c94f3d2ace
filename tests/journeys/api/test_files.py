from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from rest_framework.test import APIClient

from journeys.document.parse import MAX_BYTES
from journeys.models import Journey
from tests.conftest import NO_ID
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.api import pointers
from tests.journeys.api.documents import REFUSED, WAIT, start

URL = "/api/v1/journeys/import/"
DOCUMENT: dict[str, Any] = {"format": "throughline/journey/1", "name": "Welcome", "nodes": [start(), WAIT]}


def deepcopy_each(nodes: Any) -> Any:
    """Without one object in two places, for which YAML would write an alias."""
    return json.loads(json.dumps(nodes))


def send(client: APIClient, text: str | bytes, media_type: str = "application/yaml", query: str = "") -> Any:
    return client.generic("POST", URL + query, text, media_type)


class TestImport:
    @pytest.mark.parametrize("case", REFUSED)
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, case: str):
        AccountListFactory(name="Enterprise")
        nodes, place = REFUSED[case]

        for media_type, text in {
            "application/json": json.dumps({**DOCUMENT, "nodes": nodes}),
            "application/yaml": yaml.safe_dump({**DOCUMENT, "nodes": deepcopy_each(nodes)}),
        }.items():
            answer = send(client, text, media_type)
            assert answer.status_code == 400
            assert any(pointer.startswith(place) for pointer in pointers(answer)), pointers(answer)
        assert Journey.objects.count() == 0

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[1]",
            "a: &x 1\nb: *x",
            "name: a\nname: b",
            "\t",
            b"\xff",
            '{"name": "\\u0000"}',
            "- " * 5000,
            "!!python/object:os {}",
        ],
    )
    @pytest.mark.parametrize("media_type", ["application/json", "application/yaml"])
    def test_refuses_what_cannot_be_read(self, client: APIClient, text: str | bytes, media_type: str):
        assert send(client, text, media_type).status_code == 400

    def test_refuses_another_form_and_what_is_too_large(self, client: APIClient):
        assert send(client, "a,b", "text/csv").status_code == 415
        assert send(client, " " * (MAX_BYTES + 1)).status_code == 413

    def test_a_name_that_is_taken_in_other_letters_is_refused_at_its_place(self, client: APIClient):
        AccountListFactory(name="Enterprise")
        JourneyFactory(name="WELCOME", nodes=[])

        assert pointers(send(client, json.dumps(DOCUMENT), "application/json")) == {"/name": "taken"}
        refused = send(client, json.dumps(DOCUMENT), "application/json", "?name=welcome")
        assert pointers(refused) == {"/name": "taken"}
        assert refused.json()["detail"] == "A journey named “WELCOME” exists."
        made = send(client, json.dumps(DOCUMENT), "application/json", "?name=Hello")
        assert (made.status_code, made.json()["name"]) == (201, "Hello")

    def test_again_with_the_same_key_is_one_journey(self, client: APIClient):
        AccountListFactory(name="Enterprise")
        text, key = yaml.safe_dump(DOCUMENT), {"Idempotency-Key": "k"}

        answers = [client.generic("POST", URL, text, "text/yaml", headers=key) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        other = client.generic("POST", f"{URL}?name=B", text, "text/yaml", headers=key)
        assert other.status_code == 409


class TestExport:
    def test_takes_json_or_yaml(self, client: APIClient):
        url = f"/api/v1/journeys/{JourneyFactory(name='A').pk}/export/"

        assert client.get(f"{url}?as=xml").status_code == 400
        assert client.get(url, headers={"Accept": "text/csv"}).status_code == 406
        assert (
            client.get(
                f"/api/v1/journeys/{NO_ID}/export/", headers={"Accept": "application/yaml"}
            ).status_code
            == 404
        )
        assert client.get(url)["Content-Type"] == "application/json"
        by_accept = client.get(url, headers={"Accept": "application/yaml"})
        assert by_accept["Content-Type"] == "application/yaml"
        assert client.get(f"{url}?as=yaml").content == by_accept.content
        assert yaml.safe_load(by_accept.content)["name"] == client.get(url).json()["name"] == "A"

    @pytest.mark.parametrize("form", ["json", "yaml"])
    def test_import_and_export_again_give_the_same_bytes(self, client: APIClient, form: str):
        AccountListFactory(name="Enterprise")
        first = send(client, yaml.safe_dump(DOCUMENT))
        exported = client.get(f"/api/v1/journeys/{first.json()['id']}/export/?as={form}").content
        client.delete(first["Location"])

        second = send(client, exported, f"application/{form}")

        assert second.status_code == 201
        assert client.get(f"/api/v1/journeys/{second.json()['id']}/export/?as={form}").content == exported
