from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import AccountPerson, Event, Person, PersonScore
from tests.conftest import NO_ID
from tests.factories import AccountFactory, PersonFactory, ScoreFactory
from tests.factories.api import pointers

URL = "/api/v1/people/"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, "/email"), ({"email": "anna"}, "/email"), ({"email": ["a@b.example"]}, "/email"),
        ({"email": "a@b.example", "engagement_score": 5}, "/engagement_score"),
        ({"email": "a@b.example", "consent_email": "maybe"}, "/consent_email"),
        ({"email": "a@b.example", "unsubscribed": 1}, "/unsubscribed"),
        ({"email": "a@b.example", "date_of_birth": "1.2.1990"}, "/date_of_birth"),
        ({"email": "TAKEN@company.example"}, "/email"),
    ],
)  # fmt: skip
def test_create_refuses_what_is_wrong_and_says_where(client: APIClient, body: object, fault: str):
    PersonFactory(email="taken@company.example")

    answer = client.post(URL, body)

    assert (answer.status_code, list(pointers(answer))) == (400, [fault])


def test_create_edit_and_delete(client: APIClient):
    made = client.post(URL, {"email": "anna@company.example", "first_name": "Anna", "consent_email": "yes"})
    assert made.status_code == 201
    url = made["Location"]

    assert client.patch(url, {"last_name": "Ng", "date_of_birth": "1990-02-01"}).status_code == 200
    body = client.get(url).json()
    assert (body["first_name"], body["last_name"], body["date_of_birth"]) == ("Anna", "Ng", "1990-02-01")
    assert (body["consent_email"], body["consent_sms"], body["unsubscribed"]) == ("yes", None, False)

    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=NG", ["Anna"]), ("search=anna%20ng", ["Anna"]), ("search=%40", []),
        ("email=ANNA@a.example", ["Anna"]),
        ("is_test=true", ["Bo"]), ("is_test=false", ["Anna"]),
        ("ordering=-last_name", ["Bo", "Anna"]), ("account={account}", ["Bo"]),
    ],
)  # fmt: skip
def test_a_list_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    PersonFactory(first_name="Anna", last_name="Ng", email="anna@a.example", accounts=1)
    bo = PersonFactory(first_name="Bo", last_name="Zhu", is_test=True, accounts=1)

    answer = client.get(f"{URL}?{query.format(account=bo.accounts.get().pk)}").json()

    assert [row["first_name"] for row in answer["results"]] == found


@pytest.mark.parametrize(
    "query", ["is_test=maybe", "is_test=1", "account=x", "account=1.5", "account=0", "account=" + "9" * 30]
)
def test_a_filter_with_a_wrong_value_is_400(client: APIClient, query: str):
    answer = client.get(f"{URL}?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, query.partition("=")[0])


class TestRelations:
    def test_refuses_what_is_wrong(self, client: APIClient):
        person = PersonFactory()
        url = f"{URL}{person.pk}/relations/"

        assert pointers(client.post(url, {})) == {"/account": "missing"}
        assert pointers(client.post(url, {"account": NO_ID})) == {"/account": "not_found"}
        assert pointers(client.post(url, {"account": "1", "is_primary": "yes", "role": 5, "x": 1})) == {
            "/x": "unknown_field"
        }
        assert set(pointers(client.post(url, {"account": "1", "is_primary": "yes", "role": 5}))) == {
            "/account", "/is_primary", "/role",
        }  # fmt: skip
        assert set(pointers(client.post(url, {"account": AccountFactory().pk, "role": "a" * 101}))) == {
            "/role"
        }
        assert client.post(f"{URL}{NO_ID}/relations/", {"account": AccountFactory().pk}).status_code == 404

    def test_are_added_changed_and_removed(self, client: APIClient):
        person, first, second = PersonFactory(), AccountFactory(name="First"), AccountFactory(name="Second")
        url = f"{URL}{person.pk}/relations/"

        added = client.post(url, {"account": first.pk, "role": "employee", "is_primary": True})
        assert added.status_code == 201
        assert added.json() == {
            "account": first.pk,
            "account_name": "First",
            "role": "employee",
            "is_primary": True,
        }
        client.post(url, {"account": second.pk, "is_primary": True})

        assert client.patch(f"{url}{first.pk}/", {"role": ""}).json()["role"] == ""
        assert [row["is_primary"] for row in client.get(url).json()["results"]] == [False, True]
        assert client.delete(f"{url}{first.pk}/").status_code == 204
        assert client.delete(f"{url}{first.pk}/").status_code == 404
        assert client.patch(f"{url}{first.pk}/", {"role": "a"}).status_code == 404
        assert AccountPerson.objects.count() == 1

    def test_one_that_is_there_already_is_200_and_keeps_what_is_not_given(self, client: APIClient):
        person, account = PersonFactory(), AccountFactory()
        url = f"{URL}{person.pk}/relations/"
        first = client.post(url, {"account": account.pk, "role": "employee", "is_primary": True})

        again = client.post(url, {"account": account.pk})
        changed = client.post(url, {"account": account.pk, "role": "contractor"})

        assert [first.status_code, again.status_code, changed.status_code] == [201, 200, 200]
        assert again.json() == first.json()
        assert changed.json() == {**first.json(), "role": "contractor"}
        assert AccountPerson.objects.count() == 1


class TestScores:
    @pytest.mark.parametrize("value", [None, "5", 1.5, True, 2**63])
    def test_refuses_what_is_no_whole_number(self, client: APIClient, value: object):
        ScoreFactory()
        url = f"{URL}{PersonFactory().pk}/scores/fit/"

        assert list(pointers(client.put(url, {"value": value}))) == ["/value"]
        assert PersonScore.objects.count() == 0

    def test_are_set_and_told(self, client: APIClient):
        ScoreFactory(label="Fit")
        person = PersonFactory()
        url = f"{URL}{person.pk}/scores/"

        assert client.put(f"{url}nothing/", {"value": 5}).status_code == 404
        assert client.put(f"{URL}{NO_ID}/scores/fit/", {"value": 5}).status_code == 404
        assert client.put(f"{url}fit/", {"value": 5}).json() == {"score": "fit", "label": "Fit", "value": 5}
        assert client.get(url).json()["results"] == [{"score": "fit", "label": "Fit", "value": 5}]
        [event] = client.get(f"{URL}{person.pk}/timeline/").json()["results"]
        assert (event["type"], event["payload"]["new"]) == ("score_changed", 5)


def test_the_timeline_of_a_person_shows_the_moments_of_their_accounts(client: APIClient, now: object):
    person = PersonFactory(accounts=1)
    other = PersonFactory(accounts=1)
    for who in (person, other):
        Event.objects.create(
            type_id=15,
            account_id=who.accounts.get().pk,
            occurred_at=now,
            received_at=now,
            source=Event.Source.STAFF,
        )
    Event.objects.create(
        type_id=17, account_id=person.accounts.get().pk, occurred_at=now, received_at=now, source=1
    )

    [event] = client.get(f"{URL}{person.pk}/timeline/").json()["results"]

    assert (event["type"], event["account"]) == ("account_interesting_moment", person.accounts.get().pk)
    assert Person.objects.count() == 2
