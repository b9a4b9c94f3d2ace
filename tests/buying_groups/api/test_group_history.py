from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import BuyingGroup, GroupScore, IgnoredChange, MemberSource
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, PersonFactory
from tests.factories.api import client_of, user_with
from tests.factories.buying_groups import role

Reason = IgnoredChange.Reason


@pytest.fixture
def group(db: None) -> BuyingGroup:
    return BuyingGroupFactory()


@pytest.fixture
def url(group: BuyingGroup) -> str:
    return f"/api/v1/buying-groups/{group.pk}/"


class TestScores:
    def test_are_those_of_each_day_the_latest_first(self, client: APIClient, group: BuyingGroup, url: str):
        GroupScore.objects.create(group=BuyingGroupFactory(), day=date(2027, 2, 2), completeness=1)
        for day in (1, 2, 3):
            GroupScore.objects.create(group=group, day=date(2027, 2, day), completeness=day, engagement=None)

        first = client.get(f"{url}scores/?page_size=2").json()

        assert (first["count"], first["results"]) == (3, [
            {"day": "2027-02-03", "completeness": 3.0, "engagement": None},
            {"day": "2027-02-02", "completeness": 2.0, "engagement": None},
        ])  # fmt: skip
        rest = client.get(first["next"]).json()["results"]
        assert [row["day"] for row in rest] == ["2027-02-01"]
        assert client.get(f"{url}scores/?ordering=day").json()["results"][0]["day"] == "2027-02-01"


class TestIgnoredChanges:
    def test_name_people_to_those_who_may_view_them(self, group: BuyingGroup, url: str, now: Any):
        anna = PersonFactory(first_name="Anna")
        IgnoredChange.objects.create(
            group=group, person=anna, source=MemberSource.SYSTEM, at=now, against=now, is_removal=True,
            reason=Reason.MANUAL_MEMBER,
        )  # fmt: skip
        groups, people = "buying_groups.view_buyinggroup", "accounts.view_person"

        def seen(*permissions: str, **token: Any) -> tuple[int, str | None]:
            [row] = (
                client_of(user_with(*permissions), **token).get(f"{url}ignored-changes/").json()["results"]
            )
            return row["person"], row["person_name"]

        assert seen(groups, people) == (anna.pk, "Anna")
        assert seen(groups) == (anna.pk, None)
        assert seen(groups, people, scopes=["buying_groups:read"]) == (anna.pk, None)

    def test_say_what_was_wanted_and_what_stands(
        self, client: APIClient, group: BuyingGroup, url: str, now: Any
    ):
        anna = PersonFactory(first_name="Anna")
        wanted = {"group": group, "person": anna, "source": MemberSource.JOURNEY, "source_id": 7, "at": now}
        IgnoredChange.objects.create(
            **wanted, role=role("Champion"), is_removal=False, reason=Reason.MANUAL_REMOVAL, against=now
        )
        IgnoredChange.objects.create(
            **wanted, is_removal=True, reason=Reason.MANUAL_MEMBER, against=now - timedelta(days=1)
        )

        removal, assignment = client.get(f"{url}ignored-changes/").json()["results"]

        assert (removal["is_removal"], removal["role"], removal["role_name"]) == (True, None, None)
        assert removal["reason"] == "manual_member"
        assert assignment == {
            "id": assignment["id"], "person": anna.pk, "person_name": "Anna", "is_removal": False,
            "role": role("Champion").pk, "role_name": "Champion", "source": "journey", "source_id": 7,
            "reason": "manual_removal", "against": "2027-03-01T09:00:00Z", "at": "2027-03-01T09:00:00Z",
        }  # fmt: skip


@pytest.mark.parametrize("part", ["scores", "ignored-changes"])
def test_of_no_group_there_is_nothing(client: APIClient, part: str):
    assert client.get(f"/api/v1/buying-groups/{NO_ID}/{part}/").status_code == 404
