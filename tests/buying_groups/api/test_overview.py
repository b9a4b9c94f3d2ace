from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.conftest import NO_ID
from tests.factories import AccountFactory, BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import pointers
from tests.factories.buying_groups import role
from tests.factories.stages import StageModelFactory, stage

URL = "/api/v1/buying-groups/overview/"


@pytest.fixture
def crm(db: None) -> Any:
    crm = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory(moves={"Interest": []}))
    bank = AccountFactory(industry="Banking", country="Spain")
    BuyingGroupFactory(
        solution_interest=crm, account=bank, completeness=100.0, members={PersonFactory(): "Decision Maker"}
    )
    BuyingGroupFactory(solution_interest=crm, stage=stage("Interest"), engagement=30.0)
    return crm


def test_counts_groups_in_every_way(client: APIClient, crm: Any):
    SolutionInterestFactory(name="Web")

    body = client.get(URL).json()

    assert body["total"] == 2
    assert body["completeness"] == [
        {"low": None, "high": None, "groups": 1}, {"low": 0, "high": 25, "groups": 0},
        {"low": 25, "high": 50, "groups": 0}, {"low": 50, "high": 75, "groups": 0},
        {"low": 75, "high": 100, "groups": 1},
    ]  # fmt: skip
    assert [band["groups"] for band in body["engagement"]] == [1, 0, 1, 0, 0]
    assert [(row["name"], row["groups"]) for row in body["solution_interests"]] == [("CRM", 2), ("Web", 0)]
    assert body["stages"] == [
        {"id": None, "name": None, "groups": 1}, {"id": stage("Interest").pk, "name": "Interest", "groups": 1},
    ]  # fmt: skip
    assert body["coverage"] == [
        {
            "solution_interest": crm.pk,
            "role": role("Decision Maker").pk,
            "groups": 2,
            "filled": 1,
            "not_filled": 1,
        }
    ]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("solution_interest={crm}", 2), (f"solution_interest={NO_ID}", 0), ("stage={stage}", 1),
        ("industry=bank", 1),
        ("country=SPAIN", 1), ("country=Spain&industry=Retail", 0),
    ],
)  # fmt: skip
def test_of_some_groups(client: APIClient, crm: Any, query: str, total: int):
    asked = query.format(crm=crm.pk, stage=stage("Interest").pk)

    assert client.get(f"{URL}?{asked}").json()["total"] == total


@pytest.mark.parametrize("query", ["stage=none", "solution_interest=0", "region=1", "industry="])
def test_refuses_what_means_nothing(client: APIClient, query: str):
    answer = client.get(f"{URL}?{query}")

    assert answer.status_code == 400
    assert pointers(answer)


def test_what_is_missing_is_only_of_roles_that_are_required(client: APIClient):
    """The others are not filled, which coverage counts of all of them."""
    crm = SolutionInterestFactory(roles={"Champion": {}, "Other": {"is_required": False}})
    group, other = BuyingGroupFactory(solution_interest=crm), role("Other").pk

    [row] = client.get(f"/api/v1/buying-groups/?role_not_filled={other}").json()["results"]
    cells = {cell["role"]: cell for cell in client.get(URL).json()["coverage"]}

    assert row["id"] == group.pk
    assert [(one["role_name"], one["missing"]) for one in row["roles"]] == [("Champion", 1), ("Other", 0)]
    assert cells[other]["not_filled"] == 1
    assert not any("missing" in cell for cell in cells.values())
