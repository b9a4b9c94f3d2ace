from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.api import cursors
from accounts.models import Account, Event, EventType
from tests.conftest import NO_ID
from tests.factories import AccountFactory, CustomAttributeFactory, PersonFactory
from tests.factories.api import pointers

URL = "/api/v1/accounts/"


class TestCreate:
    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, "/name"), ({"name": None}, "/name"), ({"name": 5}, "/name"), ({"name": "a" * 256}, "/name"),
            ({"name": "A", "employees": -1}, "/employees"), ({"name": "A", "employees": True}, "/employees"),
            ({"name": "A", "employees": 2**63}, "/employees"),
            ({"name": "A", "annual_revenue": 1.005}, "/annual_revenue"),
            ({"name": "A", "owner_email": "anna"}, "/owner_email"), ({"name": "A", "domain": "http://a"}, "/domain"),
            ({"name": "A", "time_zone": "Mars"}, "/time_zone"), ({"name": "A", "created_at": "2027"}, "/created_at"),
            ({"name": "A", "custom": {"tier": 5}}, "/custom/tier"), ({"name": "A", "custom": [1]}, "/custom"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, body: object, fault: str):
        CustomAttributeFactory(name="tier")

        answer = client.post(URL, body)

        assert answer.status_code == 400
        assert list(pointers(answer)) == [fault]
        assert Account.objects.count() == 0

    def test_refuses_an_external_id_that_another_has(self, client: APIClient):
        AccountFactory(external_id="1")

        assert pointers(client.post(URL, {"name": "A", "external_id": "1"})) == {"/external_id": "taken"}

    def test_answers_what_it_has_made_and_where(self, client: APIClient):
        CustomAttributeFactory(name="tier")
        given = {"name": "Acme", "annual_revenue": 10.5, "employees": 20, "custom": {"tier": "gold"}}

        answer = client.post(URL, given)

        assert answer.status_code == 201
        body = answer.json()
        assert {key: body[key] for key in given} == given
        assert body["domain"] is None
        assert body["created_at"] == "2027-03-01T09:00:00Z"
        assert client.get(answer["Location"]).json() == body


class TestEdit:
    def test_refuses_what_is_wrong(self, client: APIClient):
        account = AccountFactory()

        assert client.patch(f"{URL}{NO_ID}/", {"name": "B"}).status_code == 404
        assert pointers(client.patch(f"{URL}{account.pk}/", {"name": "", "x": 1})) == {
            "/name": "invalid_value",
            "/x": "unknown_field",
        }

    def test_changes_what_is_given_and_records_it_as_the_clients(self, client: APIClient):
        account = AccountFactory(industry="Tea", country="Kenya")

        answer = client.patch(f"{URL}{account.pk}/", {"industry": "Banking", "country": None})

        assert (answer.status_code, answer.json()["industry"], answer.json()["country"]) == (
            200,
            "Banking",
            None,
        )
        changed = Event.objects.filter(account_id=account.pk, type=EventType.BuiltIn.ACCOUNT_DATA_CHANGED)
        assert {event.source for event in changed} == {Event.Source.API}
        assert {event.payload["attribute"] for event in changed} == {"account.industry", "account.country"}


def test_delete_lets_the_people_stay(client: APIClient):
    person = PersonFactory(accounts=1)
    account = person.accounts.get()

    assert client.delete(f"{URL}{account.pk}/").status_code == 204
    assert client.delete(f"{URL}{account.pk}/").status_code == 404
    assert client.get(f"/api/v1/people/{person.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=CME", ["Acme"]), ("search=b.example", ["Beta"]), ("search=%25", []),
        ("search=example%20cme", ["Acme"]), ("search=%26", []), ("search=acme%20%26%20acm", ["Acme"]),
        ("search=me", []), ("search=ac", ["Acme"]), ("search=example&ordering=-name", ["Beta", "Acme"]),
        ("industry=tEA", ["Beta"]),
        ("domain=A.EXAMPLE", ["Acme"]), ("external_id=7", ["Beta"]), ("country=kenya&industry=bank", ["Acme"]),
        ("ordering=-name", ["Beta", "Acme"]), ("ordering=country,-name", ["Beta", "Acme"]),
    ],
)  # fmt: skip
def test_a_list_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    AccountFactory(name="Acme", domain="a.example", industry="Banking", country="Kenya")
    AccountFactory(name="Beta", domain="b.example", industry="Tea", country="Kenya", external_id="7")

    assert [row["name"] for row in client.get(f"{URL}?{query}").json()["results"]] == found


def test_the_timeline_tells_what_happened_latest_first(client: APIClient):
    account, other = AccountFactory.create_batch(2)
    for industry in ("Tea", "Banking"):
        client.patch(f"{URL}{account.pk}/", {"industry": industry})
    client.patch(f"{URL}{other.pk}/", {"industry": "Steel"})

    first = client.get(f"{URL}{account.pk}/timeline/?page_size=1").json()
    second = client.get(first["next"]).json()

    assert first["count"] == 2
    assert first["results"][0]["payload"] == {"attribute": "account.industry", "old": "Tea", "new": "Banking"}
    assert (first["results"][0]["type"], first["results"][0]["source"]) == ("account_data_changed", "api")
    assert second["results"][0]["payload"]["new"] == "Tea"
    assert second["next"] is None
    assert client.get(f"{URL}{NO_ID}/timeline/").status_code == 404


@pytest.mark.parametrize(
    "moment",
    ["yesterday", "2027-03-01", "2027-03-01T00:00:00", "0001-01-01T00:00:00+23:59", "99999-01-01T00:00Z"],
)
def test_a_cursor_with_a_moment_of_somebody_elses_making_is_refused(client: APIClient, moment: str):
    cursor = cursors.encode(["-received_at,-id", moment, 5])

    assert client.get(f"{URL}{AccountFactory().pk}/timeline/?cursor={cursor}").status_code == 400


def test_a_moment_with_an_odd_offset_is_one_all_the_same(client: APIClient):
    cursor = cursors.encode(["-received_at", "2027-03-01T00:00:00+23:58", 0, 5, 0])

    assert client.get(f"{URL}{AccountFactory().pk}/timeline/?cursor={cursor}").status_code == 200
