from __future__ import annotations

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.factories import AccountFactory, AudienceFactory, CustomAttributeFactory
from tests.factories.api import pointers

URL = "/api/v1/custom-attributes/"
TIER = {"subject": "account", "name": "tier", "label": "Tier", "type": "text"}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"subject": "journey"}, ["/subject"]), ({"name": "Tier 1"}, ["/name"]), ({"name": ""}, ["/name"]),
        ({"label": " "}, ["/label"]), ({"type": "json"}, ["/type"]), ({"managed": "yes"}, ["/managed"]),
        ({"managed": False, "updatable": True}, ["/updatable"]), ({"name": "size"}, ["/name"]), ({"id": 5}, ["/id"]),
        ({"name": 5, "label": None}, ["/name", "/label"]),
    ],
)  # fmt: skip
def test_create_refuses_what_is_wrong_and_says_where(
    client: APIClient, change: dict[str, object], faults: list[str]
):
    CustomAttributeFactory(name="size")

    answer = client.post(URL, {**TIER, **change})

    assert (answer.status_code, list(pointers(answer))) == (400, faults)


def test_create_edit_and_delete(client: APIClient):
    made = client.post(URL, TIER)
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **TIER, "managed": True, "updatable": False}
    url = made["Location"]

    assert pointers(client.patch(url, {"name": "other", "label": "Level"})) == {"/name": "unknown_field"}
    assert client.patch(url, {"label": "Level", "updatable": True}).json()["label"] == "Level"
    account = AccountFactory(custom={"tier": "gold"})
    assert client.delete(url).json()["code"] == "in_use"
    account.delete()
    assert client.delete(url).status_code == 204
    assert client.get(f"{URL}?subject=account").json()["count"] == 0


def writers() -> list[tuple[str, set[str]]]:
    """What another app says of its actions."""
    return [("journey Welcome", {"account.custom.tier"})]


def test_what_an_action_changes_stays_updatable(client: APIClient, settings: Settings):
    settings.ATTRIBUTE_WRITERS = [f"{__name__}.writers"]
    tier = CustomAttributeFactory(name="tier", label="Tier", updatable=True)
    other = CustomAttributeFactory(name="tier", subject="person", updatable=True)

    answer = client.patch(f"{URL}{tier.pk}/", {"updatable": False})

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert answer.json()["detail"] == "“Tier” is used by journey Welcome."
    assert client.patch(f"{URL}{tier.pk}/", {"label": "Level", "updatable": True}).status_code == 200
    assert client.patch(f"{URL}{other.pk}/", {"updatable": False}).status_code == 200


def test_what_a_condition_asks_for_stays_as_it_is(client: APIClient):
    asked = {"field": "account.custom.tier", "operator": "is", "value": "gold"}
    tier = CustomAttributeFactory(name="tier", label="Tier", type="text", updatable=False)
    AudienceFactory(name="Gold", condition={"match": "all", "filters": [asked]})
    url = f"{URL}{tier.pk}/"

    for answer in (client.patch(url, {"managed": False}), client.delete(url)):
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert answer.json()["detail"] == "“Tier” is used by audience Gold."
    assert pointers(client.patch(url, {"type": "number"})) == {"/type": "unknown_field"}
    assert client.get(url).json()["managed"] is True
