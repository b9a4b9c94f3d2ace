from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Event
from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import client_of, clock_at, pointers, user_with
from tests.factories.buying_groups import GroupMemberFactory, role


@pytest.fixture
def group(db: None) -> BuyingGroup:
    return BuyingGroupFactory(
        solution_interest=SolutionInterestFactory(roles={"Decision Maker": {}, "Champion": {}})
    )


@pytest.fixture
def url(group: BuyingGroup) -> str:
    return f"/api/v1/buying-groups/{group.pk}/members/"


def person(group: BuyingGroup, **columns: Any) -> Any:
    return PersonFactory(accounts=[group.account], **columns)


def member(group: BuyingGroup, name: str = "Champion", **columns: Any) -> GroupMember:
    return GroupMemberFactory(group=group, person=person(group), role=name, **columns)


def given(name: str, *people: Any) -> dict[str, Any]:
    return {"members": [{"person": one.pk, "role": role(name).pk} for one in people]}


def outcomes(answer: Any) -> dict[int, str]:
    assert answer.status_code == 200, answer.content
    return {row["person"]: row["outcome"] for row in answer.json()["results"]}


class TestList:
    def test_says_who_is_in_which_role_by_whom(self, client: APIClient, group: BuyingGroup, url: str):
        anna = person(group, first_name="Anna", job_title="CEO", email="a@x.example", engagement_score=12.5)
        GroupMemberFactory(
            group=group, person=anna, role="Champion", source=MemberSource.JOURNEY, source_id=4
        )

        [row] = client.get(url).json()["results"]

        assert row.pop("changed_at")
        assert row == {
            "person": anna.pk, "person_name": "Anna", "email": "a@x.example", "job_title": "CEO",
            "engagement_score": 12.5, "role": role("Champion").pk, "role_name": "Champion", "source": "journey",
            "source_id": 4, "is_removed": False,
        }  # fmt: skip

    def test_has_former_members_when_asked(self, client: APIClient, group: BuyingGroup, url: str):
        there, gone = member(group), member(group, "Decision Maker", is_removed=True)

        def found(query: str = "") -> list[int]:
            return [row["person"] for row in client.get(f"{url}{query}").json()["results"]]

        assert found() == found("?is_removed=false") == [there.person_id]
        assert found("?is_removed=true") == [gone.person_id]
        assert found(f"?role={role('Decision Maker').pk}") == []
        assert client.get(f"/api/v1/buying-groups/{NO_ID}/members/").status_code == 404

    def test_who_they_are_is_for_those_who_may_view_people(self, group: BuyingGroup, url: str):
        anna = person(group, first_name="Anna", job_title="CEO", email="a@x.example", engagement_score=12.5)
        GroupMemberFactory(group=group, person=anna, role="Champion")
        groups, people = "buying_groups.view_buyinggroup", "accounts.view_person"
        personal = ("person_name", "email", "job_title", "engagement_score")

        def seen(*permissions: str, scopes: Sequence[str] = ()) -> list[Any]:
            [row] = client_of(user_with(*permissions), scopes=scopes).get(url).json()["results"]
            assert (row["person"], row["role_name"]) == (anna.pk, "Champion")
            return [row[name] for name in personal]

        everything = ["Anna", "a@x.example", "CEO", 12.5]
        assert seen(groups, people) == everything
        assert seen(groups, people, scopes=["buying_groups:read", "accounts:read"]) == everything
        assert seen(groups, people, scopes=["buying_groups:read"]) == [None] * 4
        assert seen(groups) == [None] * 4

    def test_many_cost_no_more_than_few(
        self, client: APIClient, group: BuyingGroup, url: str, count_queries: Any
    ):
        member(group), member(group)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        for _ in range(38):
            member(group)

        assert count_queries(lambda: client.get(url)) == few
        assert client.get(url).json()["count"] == 40


class TestAssign:
    def test_answers_for_each_person(self, client: APIClient, group: BuyingGroup, url: str):
        new, old = person(group), member(group, "Decision Maker").person
        same = member(group, "Champion", source=MemberSource.SYSTEM).person

        answer = client.post(url, given("Champion", new, old, same))

        assert outcomes(answer) == {new.pk: "assigned", old.pk: "changed_role", same.pk: "already_in_role"}
        assert set(GroupMember.objects.values_list("role__name", "source")) == {
            ("Champion", MemberSource.MANUAL)
        }
        assert set(Event.objects.values_list("source", flat=True)) == {Event.Source.API}

    def test_of_a_fault_says_where_and_assigns_nobody(self, client: APIClient, group: BuyingGroup, url: str):
        insider, stranger = person(group), PersonFactory()
        body = given("Champion", insider, stranger)
        body["members"].append({"person": person(group).pk, "role": role("Other").pk})

        answer = client.post(url, body)

        assert answer.status_code == 400
        assert pointers(answer) == {
            "/members/1/person": "not_of_account",
            "/members/2/role": "not_in_template",
        }
        [said] = [one["detail"] for one in answer.json()["errors"] if one["code"] == "not_in_template"]
        offered = ", ".join(f"{name} (id {role(name).pk})" for name in ("Decision Maker", "Champion"))
        assert said == f"“Other” is none of the roles of “{group.solution_interest.name}”: {offered}."
        assert not GroupMember.objects.exists()

    def test_refuses_who_is_there_twice(self, client: APIClient, group: BuyingGroup, url: str):
        anna = person(group)

        assert pointers(client.post(url, given("Champion", anna, anna))) == {"/members/1/person": "twice"}

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "/members"), ({"members": []}, "/members"), ({"members": [{"person": 1}]}, "/members/0/role"),
            ({"members": [{"person": "1", "role": 1}]}, "/members/0/person"),
            ({"members": [{"person": 1, "role": 1, "by": 1}]}, "/members/0/by"), ({"people": [1]}, "/people"),
            ({"members": [{"person": n, "role": 1} for n in range(1, 52)]}, "/members"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrong(self, client: APIClient, url: str, body: Any, place: str):
        answer = client.post(url, body)

        assert answer.status_code == 400
        assert place in pointers(answer)


class TestChangeRole:
    def test_is_for_members_only(self, client: APIClient, group: BuyingGroup, url: str):
        anna, ben = member(group, "Decision Maker").person, member(group).person

        answer = client.patch(url, given("Champion", anna, ben))

        assert outcomes(answer) == {anna.pk: "changed_role", ben.pk: "already_in_role"}
        answer = client.patch(url, given("Champion", anna, person(group)))
        assert pointers(answer) == {"/members/1/person": "not_a_member"}


class TestRemove:
    def test_answers_for_each_person(self, client: APIClient, group: BuyingGroup, url: str):
        anna, gone = member(group).person, member(group, is_removed=True).person

        answer = client.delete(url, {"people": [anna.pk, gone.pk, NO_ID]})

        assert outcomes(answer) == {anna.pk: "removed", gone.pk: "not_a_member", NO_ID: "not_a_member"}
        assert not GroupMember.objects.filter(is_removed=False).exists()

    @pytest.mark.parametrize("body", [{}, {"people": []}, {"people": list(range(1, 52))}, {"people": ["1"]}])
    def test_refuses_what_is_wrong(self, client: APIClient, url: str, body: Any):
        assert client.delete(url, body).status_code == 400


class TestTag:
    """Who saves on top of what somebody else has done to the members meanwhile is refused."""

    def test_is_in_every_answer_and_changes_with_each_change(
        self, client: APIClient, group: BuyingGroup, url: str, now: datetime
    ):
        anna, ben = person(group), person(group)
        none = client.get(url)["ETag"]

        with clock_at(now + timedelta(minutes=1)):
            assigned = client.post(url, given("Champion", anna, ben), headers={"If-Match": none})
        with clock_at(now + timedelta(minutes=2)):
            seen = {"If-Match": assigned["ETag"]}
            changed = client.patch(url, given("Decision Maker", anna), headers=seen)
        with clock_at(now + timedelta(minutes=3)):
            seen = {"If-Match": changed["ETag"]}
            removed = client.delete(url, {"people": [ben.pk]}, headers=seen)

        tags = [none, assigned["ETag"], changed["ETag"], removed["ETag"]]
        assert len(set(tags)) == 4
        assert client.get(url)["ETag"] == client.get(f"{url}?is_removed=true")["ETag"] == removed["ETag"]

    @pytest.mark.parametrize("method", ["post", "patch", "delete"])
    @pytest.mark.parametrize("tag", ['"1"', "x"])
    def test_of_before_is_refused(
        self, client: APIClient, group: BuyingGroup, url: str, method: str, tag: str
    ):
        anna = member(group).person
        body = {"people": [anna.pk]} if method == "delete" else given("Decision Maker", anna)

        answer = getattr(client, method)(url, body, headers={"If-Match": tag})

        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert GroupMember.objects.get().role == role("Champion")

    def test_is_an_old_one_once_a_journey_has_changed_a_member(
        self, client: APIClient, group: BuyingGroup, url: str, now: datetime
    ):
        anna = member(group).person
        seen = client.get(url)["ETag"]
        GroupMember.objects.update(changed_at=now + timedelta(minutes=1), source=MemberSource.JOURNEY)

        answer = client.patch(url, given("Decision Maker", anna), headers={"If-Match": seen})

        assert answer.status_code == 412
        assert client.patch(url, given("Decision Maker", anna)).status_code == 200
