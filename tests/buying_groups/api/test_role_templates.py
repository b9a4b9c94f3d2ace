from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import AccountList
from buying_groups.models import RoleTemplate
from tests.factories import AccountListFactory, RoleTemplateFactory, SolutionInterestFactory
from tests.factories.api import clock_at, offers_exactly, pointers
from tests.factories.buying_groups import job_title, role

URL = "/api/v1/role-templates/"
CHIEFS = job_title("Chief Executive Officer")


def card(name: str = "Champion", **given: Any) -> dict[str, Any]:
    return {"role": role(name).pk, **given}


class TestCreate:
    def test_makes_a_draft_with_its_roles(self, client: APIClient):
        given = [card("Decision Maker", weight=100, condition=CHIEFS, members_needed=2), card("Other")]

        answer = client.post(URL, {"name": " CRM ", "roles": given})

        body = answer.json()
        assert answer.status_code == 201
        assert (body["name"], body["status"], body["published_at"]) == ("CRM", "draft", None)
        assert body["roles"] == [
            {
                "role": role("Decision Maker").pk, "role_name": "Decision Maker", "weight": 100,
                "assigns_automatically": True, "condition": CHIEFS, "is_required": True, "members_needed": 2,
            },
            {
                "role": role("Other").pk, "role_name": "Other", "weight": 60,
                "assigns_automatically": True, "condition": None, "is_required": True, "members_needed": 1,
            },
        ]  # fmt: skip
        kept = client.get(answer["Location"])
        assert (kept.json(), kept["ETag"]) == (body, answer["ETag"])

    def test_says_of_each_role_what_is_wrong_and_where(self, client: APIClient):
        roles = [card(weight=50, priority=3), card("Other", condition=job_title(5)), card()]

        answer = client.post(URL, {"name": "", "roles": roles})

        assert pointers(answer) == {
            "/name": "empty_value",
            "/roles/0/weight": "wrong_value",
            "/roles/0/priority": "unknown_field",
            "/roles/2/role": "twice",
        }
        right = [card(), roles[1]]
        assert list(pointers(client.post(URL, {"name": "A", "roles": right}))) == [
            "/roles/1/condition/filters/0/value/0"
        ]

    @pytest.mark.parametrize("roles", [5, "x", {}, None])
    def test_refuses_what_is_no_list(self, client: APIClient, roles: object):
        assert list(pointers(client.post(URL, {"name": "A", "roles": roles}))) == ["/roles"]


class TestEdit:
    def test_changes_name_and_all_roles_at_once_of_the_version_that_was_seen(
        self, client: APIClient, now: datetime
    ):
        made = client.post(URL, {"name": "A", "roles": [card(), card("Other")]})
        seen = {"If-Match": made["ETag"]}

        with clock_at(now + timedelta(seconds=1)):
            edited = client.patch(made["Location"], {"name": "B", "roles": [card("Other")]}, headers=seen)

        assert edited.status_code == 200
        assert [one["role_name"] for one in edited.json()["roles"]] == ["Other"]
        for act in (client.patch, client.delete):
            assert act(made["Location"], {}, headers=seen).status_code == 412
        assert client.post(f"{made['Location']}publish/", headers=seen).status_code == 412
        assert client.get(made["Location"]).json()["name"] == "B"

    def test_a_live_one_is_final(self, client: APIClient):
        url = f"{URL}{RoleTemplateFactory().pk}/"

        given: list[dict[str, Any]] = [{"name": "New"}, {"roles": []}]
        for body in given:
            answer = client.patch(url, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "live")


class TestPublish:
    def test_says_every_problem_and_then_goes_live(self, client: APIClient):
        made = client.post(
            URL, {"name": "CRM", "roles": [card(), card("Other", assigns_automatically=False)]}
        )
        url = made["Location"]

        problems = client.get(f"{url}problems/").json()["problems"]
        assert [(one["pointer"], one["code"]) for one in problems] == [("/roles/0/condition", "missing")]
        assert pointers(client.post(f"{url}publish/")) == {"/roles/0/condition": "missing"}

        client.patch(url, {"roles": [card(condition=CHIEFS)]})
        assert client.get(f"{url}problems/").json() == {"problems": []}
        assert client.post(f"{url}publish/", {"now": True}).status_code == 400
        live = client.post(f"{url}publish/").json()
        assert (live["status"], bool(live["published_by"])) == ("live", True)
        assert client.post(f"{url}publish/").json()["code"] == "not_draft"


class TestDelete:
    def test_is_refused_while_a_solution_interest_uses_it(self, client: APIClient):
        template = RoleTemplateFactory()
        interest = SolutionInterestFactory(name="CRM", template=template)

        answer = client.delete(f"{URL}{template.pk}/")

        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert "solution interest CRM" in answer.json()["detail"]
        interest.delete()
        assert client.delete(f"{URL}{template.pk}/").status_code == 204
        assert not RoleTemplate.objects.exists()


class TestWhatIsAllowedInstead:
    @pytest.mark.parametrize(("is_used", "offered"), [(False, {"delete"}), (True, set())])
    def test_of_a_live_one(self, client: APIClient, is_used: bool, offered: set[str]):
        template = RoleTemplateFactory()
        if is_used:
            SolutionInterestFactory(template=template)
        url = f"{URL}{template.pk}/"
        acts: dict[str, Callable[[], Any]] = {
            "edit": lambda: client.patch(url, {"name": "New"}),
            "publish": lambda: client.post(f"{url}publish/"),
            "delete": lambda: client.delete(url),
        }

        assert offers_exactly(client.patch(url, {"name": "B"}), acts) == offered
        assert offers_exactly(client.post(f"{url}publish/"), acts) == offered
        if is_used:
            assert offers_exactly(client.delete(url), acts) == offered


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=SAL", ["Sales"]), ("status=draft", ["Old"]), ("status=draft,live", ["Old", "Sales"]),
        ("role={champion}", ["Sales"]), ("ordering=-name", ["Sales", "Old"]),
        ("ordering=published_at", ["Sales", "Old"]), ("ordering=-published_at", ["Sales", "Old"]),
    ],
)  # fmt: skip
def test_templates_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    RoleTemplateFactory(name="Sales", roles={"Champion": {}, "Other": {}})
    RoleTemplateFactory(name="Old", status="draft", published_at=None)

    asked = query.format(champion=role("Champion").pk) + ("" if "ordering" in query else "&ordering=name")

    assert [row["name"] for row in client.get(f"{URL}?{asked}").json()["results"]] == found


def test_conditions_are_shown_with_the_names_of_now_and_many_cost_no_more(
    client: APIClient, count_queries: Any
):
    named = AccountListFactory(name="Before")
    on_it = {
        "match": "all",
        "filters": [{"field": "account.member_of_list", "operator": "is", "value": ["Before"]}],
    }
    client.post(URL, {"name": "A", "roles": [card(condition=on_it)]})
    few = count_queries(lambda: client.get(URL))
    for n in range(5):
        client.post(URL, {"name": f"B{n}", "roles": [card(condition=on_it), card("Other", condition=on_it)]})
    AccountList.objects.filter(pk=named.pk).update(name="After")

    rows = client.get(URL).json()["results"]

    assert {one["condition"]["filters"][0]["value"][0] for row in rows for one in row["roles"]} == {"After"}
    assert count_queries(lambda: client.get(URL)) == few
