"""Why a condition holds for an account or a person, or does not (spec 1.9)."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from tests.factories import AccountFactory, AccountListFactory, AudienceFactory, PersonFactory
from tests.factories.api import client_of, pointers, user_with

BANKS: dict[str, Any] = {
    "match": "all",
    "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}],
}
TOLD = {
    "verdict": False,
    "text": "",
    "field": "",
    "seen": None,
    "match": "all",
    "parts": [
        {
            "verdict": False, "text": "Industry is Banking", "field": "account.industry", "seen": "Tea", "match": "",
            "parts": [],
        }
    ],
}  # fmt: skip
MANAGERS: dict[str, Any] = {
    "match": "all",
    "filters": [{"field": "person.job_title", "operator": "contains", "value": ["manager"]}, BANKS],
}
URL = "/api/v1/conditions/explain/"


@pytest.fixture
def tea(db: None) -> Account:
    return AccountFactory(industry="Tea")


def of_audience() -> str:
    return f"/api/v1/audiences/{AudienceFactory(condition=BANKS).pk}/explain/"


def of_list(**fields: Any) -> str:
    return f"/api/v1/account-lists/{AccountListFactory(**fields).pk}/explain/"


class TestWhatIsSaved:
    @pytest.mark.parametrize("address", [of_audience, lambda: of_list(type="dynamic", condition=BANKS)])
    def test_is_told_with_each_verdict_and_what_it_saw(self, client: APIClient, tea: Account, address: Any):
        answer = client.get(address(), {"account": tea.pk})

        assert (answer.status_code, answer.json()) == (200, TOLD)

    def test_needs_the_account(self, client: APIClient, tea: Account):
        url = of_audience()
        assert client.get(url).json()["errors"][0]["parameter"] == "account"
        assert client.get(url, {"account": "x"}).json()["errors"][0]["parameter"] == "account"
        assert client.get(url, {"account": tea.pk + 1}).status_code == 404

    @pytest.mark.parametrize("fields", [{}, {"type": "dynamic", "condition": None, "status": "draft"}])
    def test_a_list_without_a_condition_has_nothing_to_tell(
        self, client: APIClient, tea: Account, fields: dict[str, Any]
    ):
        answer = client.get(of_list(**fields), {"account": tea.pk})

        assert (answer.status_code, answer.json()["code"]) == (409, "no_condition")

    def test_what_cannot_be_asked_is_said(self, client: APIClient, tea: Account):
        gone = {"match": "all", "filters": [{"field": "account.custom.gone", "operator": "is_empty"}]}
        url = f"/api/v1/audiences/{AudienceFactory(condition=gone).pk}/explain/"

        answer = client.get(url, {"account": tea.pk})

        assert (answer.status_code, answer.json()["code"]) == (409, "cannot_evaluate")

    @pytest.mark.parametrize(
        ("address", "permission"), [(of_audience, "view_audience"), (of_list, "view_accountlist")]
    )
    def test_who_may_not_see_accounts_is_told_nothing(self, tea: Account, address: Any, permission: str):
        client = client_of(user_with(f"accounts.{permission}"))

        answer = client.get(address(), {"account": tea.pk})

        assert answer.status_code == 403
        assert "accounts.view_account" in answer.json()["detail"]


class TestAnyCondition:
    def test_of_an_account(self, client: APIClient, tea: Account):
        answer = client.post(URL, {"condition": BANKS, "account": tea.pk})

        assert (answer.status_code, answer.json()) == (200, TOLD)

    def test_of_a_person_at_an_account(self, client: APIClient, tea: Account):
        person = PersonFactory(accounts=[tea], job_title="Manager")

        answer = client.post(URL, {"condition": MANAGERS, "account": tea.pk, "person": person.pk})

        title, banks = answer.json()["parts"]
        assert (answer.status_code, title["verdict"], title["seen"]) == (200, True, "Manager")
        assert banks["parts"] == TOLD["parts"]

    def test_is_kept_nowhere_and_may_be_asked_with_a_token_that_reads(self, tea: Account):
        client = client_of(scopes=["accounts:read"])

        assert client.post(URL, {"condition": BANKS, "account": tea.pk}).status_code == 200
        assert client_of(scopes=["journeys:write"]).post(URL, {}).status_code == 403

    @pytest.mark.parametrize(
        ("given", "fault"),
        [
            ({"condition": None}, ("/condition", "missing")),
            ({"account": 0}, ("/account", "out_of_range")),
            ({"account": 999_999_999}, ("/account", "not_found")),
            ({"person": 999_999_999}, ("/person", "not_found")),
            ({"condition": MANAGERS}, ("/condition/filters/0/field", "wrong_subject")),
            ({"condition": BANKS | {"filters": [BANKS | {"filters": []}]}}, ("/condition/filters/0", "no_condition")),
            ({"about": "account"}, ("/about", "unknown_field")),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong_and_says_where(
        self, client: APIClient, tea: Account, given: dict[str, Any], fault: tuple[str, str]
    ):
        answer = client.post(URL, {"condition": BANKS, "account": tea.pk, **given})

        assert answer.status_code == 400
        assert fault in pointers(answer).items()

    @pytest.mark.parametrize("missing", ["view_account", "view_audience", "view_person"])
    def test_needs_to_see_accounts_audiences_and_people(self, tea: Account, missing: str):
        person = PersonFactory(accounts=[tea])
        given = {"view_account", "view_audience", "view_person"} - {missing}
        client = client_of(user_with(*(f"accounts.{codename}" for codename in given)))

        answer = client.post(URL, {"condition": BANKS, "account": tea.pk, "person": person.pk})

        assert answer.status_code == 403
        assert missing in answer.json()["detail"]


class TestCount:
    """How many satisfy a condition that nobody has saved: the look before a list is filled by it."""

    url = "/api/v1/conditions/count/"

    @pytest.fixture(autouse=True)
    def _accounts(self, tea: Account) -> None:
        bank = AccountFactory(industry="Banking")
        PersonFactory(accounts=[bank], job_title="Manager")
        PersonFactory(accounts=[bank, tea], job_title="Clerk")

    def test_of_accounts_and_of_people(self, client: APIClient):
        accounts = client.post(self.url, {"condition": BANKS})
        people = client.post(self.url, {"condition": MANAGERS, "about": "person"})

        assert (accounts.status_code, accounts.json()) == (200, {"text": "Industry is Banking", "count": 1})
        assert (people.status_code, people.json()["count"]) == (200, 1)

    def test_changes_nothing_and_may_be_asked_with_a_token_that_reads(self):
        client = client_of(scopes=["accounts:read"])

        assert client.post(self.url, {"condition": BANKS}).status_code == 200

    @pytest.mark.parametrize(
        ("given", "fault"),
        [
            ({"condition": None}, ("/condition", "missing")),
            ({"condition": MANAGERS}, ("/condition/filters/0/field", "wrong_subject")),
            ({"about": "group"}, ("/about", "unknown_choice")),
            ({"account": 5}, ("/account", "unknown_field")),
        ],
    )
    def test_refuses_what_is_wrong_and_says_where(
        self, client: APIClient, given: dict[str, Any], fault: tuple[str, str]
    ):
        answer = client.post(self.url, {"condition": BANKS, **given})

        assert (answer.status_code, fault in pointers(answer).items()) == (400, True)

    @pytest.mark.parametrize("missing", ["view_account", "view_audience", "view_person"])
    def test_needs_to_see_accounts_audiences_and_people(self, missing: str):
        given = {"view_account", "view_audience", "view_person"} - {missing}
        client = client_of(user_with(*(f"accounts.{codename}" for codename in given)))

        answer = client.post(self.url, {"condition": MANAGERS, "about": "person"})

        assert (answer.status_code, missing in answer.json()["detail"]) == (403, True)
