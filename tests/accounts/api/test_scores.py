from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.factories import ScoreFactory
from tests.factories.api import pointers

URL = "/api/v1/scores/"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, ["/name", "/label"]), ({"name": "Fit 1", "label": "F"}, ["/name"]),
        ({"name": "interest", "label": ""}, ["/label"]),
        ({"name": "fit", "label": "F"}, ["/name"]), ({"name": "a", "label": "A", "value": 1}, ["/value"]),
        ({"name": "a", "label": ["A"]}, ["/label"]),
    ],
)  # fmt: skip
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: object, faults: list[str]):
    ScoreFactory(name="fit")

    answer = client.post(URL, body)

    assert (answer.status_code, list(pointers(answer))) == (400, faults)


def test_create_edit_and_delete(client: APIClient):
    made = client.post(URL, {"name": "fit", "label": "Fit"})
    assert made.status_code == 201
    url = made["Location"]

    assert (
        client.patch(url, {"description": "How well they fit"}).json()["description"] == "How well they fit"
    )
    assert client.delete(url).status_code == 204
    assert client.delete(url).status_code == 404
