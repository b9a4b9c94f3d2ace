from __future__ import annotations

from rest_framework.test import APIClient

from tests.factories import CustomAttributeFactory, ScoreFactory

URL = "/api/v1/condition-fields/"


def test_another_subject_is_400(client: APIClient):
    assert client.get(f"{URL}?about=journey").status_code == 400


def test_fields_of_accounts_and_people_with_their_operators(client: APIClient):
    CustomAttributeFactory(name="tier")
    ScoreFactory(name="fit")

    accounts = {field["name"]: field for field in client.get(URL).json()["results"]}
    people = {field["name"]: field for field in client.get(f"{URL}?about=person").json()["results"]}

    assert {"account.industry", "account.custom.tier", "account.member_of_list"} <= accounts.keys()
    assert "person.score.fit" in people
    assert "person.score.fit" not in accounts
    assert {"name": "at_least", "label": "at least"} in accounts["account.employees"]["operators"]
