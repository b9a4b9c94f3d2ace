"""What the API says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from tests.journeys.api.routes import routes

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema() -> Any:
    return Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()


def operations(schema: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, said) for path, ways in schema["paths"].items() for method, said in ways.items()]


def test_is_made_without_a_warning(tmp_path: Path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))

    assert yaml.safe_load((tmp_path / "schema.yaml").read_text())["openapi"].startswith("3.")


def test_names_every_route(schema: Any):
    def bare(path: str) -> str:
        return re.sub(r"[{<][^}>]*[}>]", "*", path)

    told = {(method.upper(), bare(path)) for path, method, _ in operations(schema)}
    assert told == {(route.method, "/api/v1/" + bare(route.place)) for route in routes()}


def test_has_an_operation_id_of_its_own_and_a_sentence_for_each(schema: Any):
    said = [operation for _, _, operation in operations(schema)]

    assert len({operation["operationId"] for operation in said}) == len(said)
    assert [operation["operationId"] for operation in said if not operation.get("description")] == []


def test_tells_which_filters_take_several_values_and_how(schema: Any):
    lists = ((way["get"], path) for path, way in schema["paths"].items() if "get" in way)
    filters = {
        (path.removeprefix("/api/v1/"), one["name"]): one
        for operation, path in lists
        for one in operation.get("parameters", ())
        if one["schema"].get("type") == "array"
    }

    assert {("journeys/", "status"), ("account-lists/", "type"), ("imports/", "kind")} <= filters.keys()
    for one in filters.values():
        assert (one["style"], one["explode"]) == ("form", False)
        assert one["description"].startswith("One or several, by commas or in repeated parameters.")


def test_tells_the_problems_of_every_operation(schema: Any):
    for path, method, operation in operations(schema):
        answers = operation["responses"]
        needed = {"400", "401", "403", "406", "429", "500"}
        needed |= {"404"} if "{" in path else set()
        needed |= {"409"} if method != "get" else set()
        needed |= {"413", "415"} if "requestBody" in operation else set()
        assert needed <= answers.keys(), (method, path)
        for status in answers.keys() & (needed | {"412", "422"}):
            content = answers[status]["content"]["application/problem+json"]
            assert content["schema"]["$ref"].endswith("/Problem")
    assert "422" in schema["paths"]["/api/v1/journeys/{journey_id}/publish/"]["post"]["responses"]


def test_tells_the_headers(schema: Any):
    def headers(path: str, method: str) -> set[str]:
        said = schema["paths"][path][method].get("parameters", [])
        return {parameter["name"] for parameter in said if parameter["in"] == "header"}

    for path, method, _ in operations(schema):
        assert ("Idempotency-Key" in headers(path, method)) == (method == "post"), path
    for path, method in [
        ("/api/v1/journeys/{journey_id}/", "patch"), ("/api/v1/journeys/{journey_id}/map/", "put"),
        ("/api/v1/journeys/{journey_id}/publish/", "post"), ("/api/v1/account-lists/{id}/", "delete"),
    ]:  # fmt: skip
        assert "If-Match" in headers(path, method)
        assert "412" in schema["paths"][path][method]["responses"]


def test_is_there_as_yaml_and_json_for_everybody():
    assert yaml.safe_load(Client().get("/api/schema/").content)["info"]["title"] == "Throughline"
    refused = Client().get("/api/schema/", headers={"Accept": "text/html"})
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")


def test_the_page_that_shows_it_asks_no_other_host():
    page = Client().get("/api/docs/").content.decode()

    assert re.findall(r'(?:src|href)="(?!/static/|/api/)([^"]*)"', page) == []
    assert "//" not in re.sub(r"//[^\n]*\n", "\n", page).replace("://", "") or "http" not in page
    assert '"validatorUrl": null' in page
    for asset in re.findall(r'(?:src|href)="/static/([^"]*)"', page):
        assert finders.find(asset), asset
