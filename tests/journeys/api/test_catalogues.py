from __future__ import annotations

import jsonschema
from rest_framework.test import APIClient

from actions.types import ActionType
from journeys.nodes.registry import KINDS
from tests.factories import JourneyFactory


def test_action_types_with_the_schema_of_their_settings(client: APIClient):
    rows = {row["type"]: row for row in client.get("/api/v1/action-types/").json()["results"]}

    assert set(rows) == set(ActionType.values)
    assert (rows["change_score"]["on"], rows["change_score"]["group"]) == ("people", "data")
    for row in rows.values():
        jsonschema.Draft202012Validator.check_schema(row["settings"])
        assert row["available"] is True


def test_node_kinds_with_the_schema_of_their_settings(client: APIClient):
    rows = {row["kind"]: row for row in client.get("/api/v1/node-kinds/").json()["results"]}

    assert set(rows) == set(KINDS)
    assert rows["take_action"]["on"] == ["accounts", "people"]
    assert (rows["split_accounts"]["has_paths"], rows["wait"]["has_paths"]) == (True, False)
    for row in rows.values():
        jsonschema.Draft202012Validator.check_schema(row["settings"])


def test_the_schema_of_a_document_fits_what_is_exported(client: APIClient):
    schema = client.get("/api/v1/document-schema/").json()

    exported = client.get(f"/api/v1/journeys/{JourneyFactory().pk}/export/").json()

    jsonschema.validate(exported, schema, jsonschema.Draft202012Validator)
