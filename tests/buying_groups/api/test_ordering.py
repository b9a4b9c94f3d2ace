"""Lists sorted by several fields, some of which may be missing; what has no value is below all others."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import BuyingGroup
from buying_groups.reports import search
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import client_of, user_with
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/buying-groups/"


def in_order(rows: list[dict[str, Any]], ordering: str) -> list[int]:
    """One sort after the other, the last field first; the id behind them goes the way of the last field."""
    words = ordering.split(",")
    for word in reversed([*words, "-id" if words[-1].startswith("-") else "id"]):
        name = word.removeprefix("-")
        rows = sorted(rows, key=lambda row: (row[name] is not None, row[name]), reverse=word.startswith("-"))
    return [row["id"] for row in rows]


@pytest.mark.parametrize("few", [100, 0])
@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize(
    "ordering",
    [
        "completeness,engagement", "-completeness,-engagement", "completeness,-engagement",
        "-engagement,completeness", "-completeness,updated_at", "updated_at,-engagement",
        "-updated_at,completeness,-engagement", "completeness,-updated_at,engagement,-id", "id,completeness",
    ],
)  # fmt: skip
def test_groups_are_sorted_by_several_fields(
    client: APIClient, now: datetime, ordering: str, size: int, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search, "FEW", few)
    for completeness, engagement, minute in product((None, 0, 50), (None, 10, 20), (0, 1)):
        at = now + timedelta(minutes=minute)
        BuyingGroupFactory(completeness=completeness, engagement=engagement, updated_at=at)
    rows = BuyingGroup.objects.order_by("id").values("id", "updated_at", "completeness", "engagement")

    url, seen = f"{URL}?ordering={ordering}&page_size={size}&fields=id", []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert seen == in_order(list(rows), ordering)


class TestMembers:
    """Sorted by the place of their roles in the template, by score, and by both."""

    @pytest.fixture
    def url(self) -> str:
        interest = SolutionInterestFactory(roles={"Champion": {}, "Decision Maker": {}})
        group = BuyingGroupFactory(solution_interest=interest)
        for name, role, score in (
            ("Ada", "Decision Maker", 90), ("Ben", "Champion", None), ("Cleo", "Champion", 5), ("Dan", "Champion", 80),
            ("Eve", "Other", 100), ("Fay", "Decision Maker", None),
        ):  # fmt: skip
            person = PersonFactory(first_name=name, engagement_score=score, accounts=[group.account])
            GroupMemberFactory(group=group, person=person, role=role)
        return f"/api/v1/buying-groups/{group.pk}/members/"

    @pytest.mark.parametrize("size", [1, 4, 10])
    @pytest.mark.parametrize(
        ("ordering", "names"),
        [
            ("person", "Ada Ben Cleo Dan Eve Fay"), ("role", "Ben Cleo Dan Ada Fay Eve"),
            ("-role", "Eve Fay Ada Dan Cleo Ben"), ("role,-engagement_score", "Dan Cleo Ben Ada Fay Eve"),
            ("-engagement_score", "Eve Ada Dan Cleo Fay Ben"), ("engagement_score,person", "Ben Fay Cleo Dan Ada Eve"),
            ("changed_at", "Ada Ben Cleo Dan Eve Fay"),
        ],
    )  # fmt: skip
    def test_come_in_the_order_that_is_asked_for(
        self, client: APIClient, url: str, ordering: str, names: str, size: int
    ):
        following: str | None = f"{url}?ordering={ordering}&page_size={size}"
        seen: list[str] = []
        while following:
            page = client.get(following).json()
            seen += [row["person_name"] for row in page["results"]]
            following = page["next"]

        assert " ".join(seen) == names

    def test_are_sorted_by_score_for_those_who_may_view_people(self, url: str):
        groups = "buying_groups.view_buyinggroup"

        def status(ordering: str, *permissions: str) -> int:
            return int(
                client_of(user_with(groups, *permissions)).get(f"{url}?ordering={ordering}").status_code
            )

        assert status("role") == status("role,-engagement_score", "accounts.view_person") == 200
        assert status("role,-engagement_score") == 403
