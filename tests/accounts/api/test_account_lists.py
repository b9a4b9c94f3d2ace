from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import AccountList, ListMember
from tests.conftest import NO_ID
from tests.factories import AccountFactory, AccountListFactory
from tests.factories.api import client_of, clock_at, pointers, user_with

URL = "/api/v1/account-lists/"
BANKS = {"match": "all", "filters": [{"field": "account.industry", "operator": "is", "value": ["Banking"]}]}


class TestCreate:
    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, "/name"), ({"name": ""}, "/name"), ({"name": "  "}, "/name"), ({"name": 5}, "/name"),
            ({"name": "a" * 201}, "/name"), ({"name": "ENTERPRISE"}, "/name"), ({"name": "A", "type": "x"}, "/type"),
            ({"name": "A", "status": "live"}, "/status"), ({"name": "A", "condition": BANKS}, "/condition"),
            ({"name": "A", "type": "dynamic", "condition": 5}, "/condition"),
            (
                {"name": "A", "type": "dynamic", "condition": {"match": "all", "filters": [{"field": "account.x"}]}},
                "/condition/filters/0/field",
            ),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, body: object, fault: str):
        AccountListFactory(name="Enterprise")

        answer = client.post(URL, body)

        assert (answer.status_code, list(pointers(answer))) == (400, [fault])

    def test_makes_a_draft(self, client: APIClient):
        answer = client.post(URL, {"name": " Banks ", "type": "dynamic", "condition": BANKS})

        body = answer.json()
        assert answer.status_code == 201
        assert (body["name"], body["status"], body["condition"]) == ("Banks", "draft", BANKS)
        assert body["created_by"]["username"]
        assert client.get(answer["Location"])["ETag"] == answer["ETag"]


class TestETag:
    def test_a_save_on_top_of_a_newer_one_is_412(self, client: APIClient, now: datetime):
        made = client.post(URL, {"name": "A"})
        with clock_at(now + timedelta(seconds=1)):
            newer = client.patch(made["Location"], {"name": "B"}, headers={"If-Match": made["ETag"]})

        assert newer.status_code == 200
        for stale in (made["ETag"], '"5"', '"x"', "x", 'W/"1"', '"999999999999999999"'):
            headers = {"If-Match": stale}
            assert client.patch(made["Location"], {"name": "C"}, headers=headers).status_code == 412
            assert client.post(f"{made['Location']}publish/", headers=headers).status_code == 412
            assert client.delete(made["Location"], headers=headers).status_code == 412
        row = AccountList.objects.get()
        assert (row.name, row.status) == ("B", "draft")

    def test_several_tags_are_400(self, client: APIClient):
        made = client.post(URL, {"name": "A"})

        assert client.patch(made["Location"], {}, headers={"If-Match": '"1", "2"'}).status_code == 400

    @pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
    def test_without_a_tag_the_last_one_wins(self, client: APIClient, headers: dict[str, str]):
        made = client.post(URL, {"name": "A"})

        assert client.patch(made["Location"], {"name": "B"}, headers=headers).status_code == 200
        assert client.post(f"{made['Location']}publish/", headers=headers).status_code == 200
        assert client.delete(made["Location"], headers=headers).status_code == 204


class TestPublish:
    def test_refuses_a_dynamic_list_without_a_condition(self, client: APIClient):
        made = client.post(URL, {"name": "A", "type": "dynamic"})

        assert pointers(client.post(f"{made['Location']}publish/")) == {"/condition": "missing"}

    def test_freezes_it(self, client: APIClient):
        made = client.post(URL, {"name": "A", "type": "dynamic", "condition": BANKS})
        url = made["Location"]

        assert client.post(f"{url}publish/", {"now": True}).status_code == 400
        assert client.post(f"{url}publish/").json()["status"] == "live"
        assert client.post(f"{url}publish/").json()["code"] == "not_draft"
        other = {"match": "any", "filters": [*BANKS["filters"], *BANKS["filters"]]}
        assert client.patch(url, {"condition": other}).status_code == 409
        assert client.patch(url, {"name": "B"}).status_code == 200


class TestMembers:
    @pytest.mark.parametrize(
        "given", [None, [], 5, ["1"], [0], [-1], [1.5], [True], [2**63], list(range(1, 1002))]
    )
    def test_refuses_what_is_no_list_of_ids(self, client: APIClient, given: object):
        url = f"{URL}{AccountListFactory().pk}/members/"

        for answer in (client.post(url, {"accounts": given}), client.delete(url, {"accounts": given})):
            assert answer.status_code == 400
            assert next(iter(pointers(answer))).startswith("/accounts")

    def test_of_a_dynamic_list_are_not_changed_by_hand(self, client: APIClient):
        url = f"{URL}{AccountListFactory(type='dynamic', condition=BANKS).pk}/members/"

        assert client.post(url, {"accounts": [AccountFactory().pk]}).status_code == 409

    def test_each_is_answered(self, client: APIClient):
        there, new = AccountFactory.create_batch(2)
        row = AccountListFactory(members=[there])
        url = f"{URL}{row.pk}/members/"

        added = client.post(url, {"accounts": [new.pk, there.pk, NO_ID]}).json()["results"]
        removed = client.delete(url, {"accounts": [new.pk, NO_ID, there.pk]}).json()["results"]
        gone = client.delete(url, {"accounts": [new.pk]}).json()["results"]

        assert [one["outcome"] for one in added] == ["added", "already_member", "not_found"]
        assert removed == [
            {"account": new.pk, "outcome": "removed"},
            {"account": NO_ID, "outcome": "not_found"},
            {"account": there.pk, "outcome": "removed"},
        ]
        assert [one["outcome"] for one in gone] == ["not_a_member"]
        assert ListMember.objects.count() == 0

    def test_a_thousand_at_once_are_fine(self, client: APIClient):
        url = f"{URL}{AccountListFactory().pk}/members/"
        accounts = AccountFactory.create_batch(3)

        answer = client.post(url, {"accounts": [accounts[0].pk, *range(10**6, 10**6 + 999)]})

        assert (answer.status_code, len(answer.json()["results"])) == (200, 1000)

    def test_are_listed_piece_by_piece(self, client: APIClient):
        accounts = AccountFactory.create_batch(3)
        url = f"{URL}{AccountListFactory(members=accounts).pk}/members/?page_size=2"

        first = client.get(url).json()
        second = client.get(first["next"]).json()

        found = [row["account"] for page in (first, second) for row in page["results"]]
        assert found == sorted(account.pk for account in accounts)
        assert (first["count"], second["next"]) == (3, None)
        assert client.get(f"{URL}{NO_ID}/members/").status_code == 404


class TestMembersByFilter:
    def test_all_that_match_now_come_onto_the_list_once(self, client: APIClient):
        banks = [AccountFactory(industry="Banking") for _ in range(3)]
        AccountFactory(industry="Tea")
        url = f"{URL}{AccountListFactory(members=banks[:1]).pk}/members/"

        answer = client.post(f"{url}by-filter/", {"condition": BANKS})
        AccountFactory(industry="Banking")

        assert (answer.status_code, answer.json()) == (200, {"added": 2})
        assert [row["account"] for row in client.get(url).json()["results"]] == [one.pk for one in banks]
        assert client.get(url.removesuffix("members/")).json()["condition"] is None

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ({}, {"/condition": "missing"}),
            ({"condition": {"match": "all", "filters": []}}, {"/condition": "missing"}),
            (
                {"condition": {"match": "all", "filters": [{"field": "account.x"}]}},
                {"/condition/filters/0/field": "unknown_field"},
            ),
            ({"condition": BANKS, "accounts": [1]}, {"/accounts": "unknown_field"}),
        ],
    )
    def test_refuses_what_is_wrong_and_says_where(
        self, client: APIClient, body: object, fault: dict[str, str]
    ):
        AccountFactory(industry="Banking")
        answer = client.post(f"{URL}{AccountListFactory().pk}/members/by-filter/", body)

        assert (answer.status_code, pointers(answer)) == (400, fault)
        assert ListMember.objects.count() == 0

    def test_a_dynamic_list_fills_itself(self, client: APIClient):
        row = AccountListFactory(type="dynamic", condition=BANKS)

        answer = client.post(f"{URL}{row.pk}/members/by-filter/", {"condition": BANKS})

        assert (answer.status_code, answer.json()["code"]) == (409, "dynamic")
        assert client.post(f"{URL}{NO_ID}/members/by-filter/", {"condition": BANKS}).status_code == 404

    @pytest.mark.usefixtures("db")
    def test_needs_the_permission_to_edit_members(self):
        url = f"{URL}{AccountListFactory().pk}/members/by-filter/"
        who = client_of(user_with("accounts.view_accountlist", "accounts.change_accountlist"))

        answer = who.post(url, {"condition": BANKS})

        assert answer.status_code == 403
        assert "accounts.edit_members_accountlist" in answer.json()["detail"]
        may = client_of(user_with("accounts.edit_members_accountlist"))
        assert may.post(url, {"condition": BANKS}).json() == {"added": 0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=EN", ["Enterprise"]), ("status=draft", ["Small"]), ("status=draft,live", ["Enterprise", "Small"]),
        ("type=static&status=live", ["Enterprise"]), ("ordering=-status,name", ["Enterprise", "Small"]),
        ("account={account}", ["Enterprise"]),
    ],
)  # fmt: skip
def test_lists_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    account = AccountFactory()
    AccountListFactory(name="Enterprise", members=[account])
    AccountListFactory(name="Small", status="draft")

    asked = f"{URL}?{query.format(account=account.pk)}" + ("" if "ordering" in query else "&ordering=name")

    assert [row["name"] for row in client.get(asked).json()["results"]] == found
    assert client.get(f"{URL}?status=draft,dead").status_code == 400


def test_a_condition_is_shown_with_the_names_of_now(client: APIClient, count_queries: Any):
    inner = AccountListFactory(name="Before")
    condition = {
        "match": "all",
        "filters": [{"field": "account.member_of_list", "operator": "is", "value": ["Before"]}],
    }
    client.post(URL, {"name": "A", "type": "dynamic", "condition": condition})
    few = count_queries(lambda: client.get(URL))
    for n in range(5):
        client.post(URL, {"name": f"B{n}", "type": "dynamic", "condition": condition})
    AccountList.objects.filter(pk=inner.pk).update(name="After")

    rows = client.get(f"{URL}?type=dynamic").json()["results"]

    assert {row["condition"]["filters"][0]["value"][0] for row in rows} == {"After"}
    assert count_queries(lambda: client.get(URL)) == few
