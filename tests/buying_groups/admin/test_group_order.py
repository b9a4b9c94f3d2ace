"""The members on a group's page: by role, or by engagement whatever their roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from buying_groups.admin import group_page
from buying_groups.models import BuyingGroup
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = pytest.mark.django_db
BY_SCORE = {"sort": "engagement"}


@pytest.fixture
def url(to: Callable[..., str]) -> str:
    group = BuyingGroupFactory(solution_interest=SolutionInterestFactory(roles={"Champion": {}}))
    for name, role, score in (("Ada", "Influencer", 90), ("Ben", "Champion", None), ("Cleo", "Champion", 5)):
        person = PersonFactory(
            first_name=name, last_name="", engagement_score=score, accounts=[group.account]
        )
        GroupMemberFactory(group=group, person=person, role=role)
    return to(BuyingGroup, "change", group.pk)


def ranked(answer: Any) -> list[tuple[str, str]]:
    return [(str(line.member.person), str(line.member.role)) for line in answer.context["ranked"]]


def test_by_engagement_they_stand_in_one_list_with_their_roles(client: Client, url: str):
    answer = client.get(url, BY_SCORE)

    assert ranked(answer) == [("Ada", "Influencer"), ("Cleo", "Champion"), ("Ben", "Champion")]
    assert (answer.context["parts"], answer.context["total"]) == ([], 3)
    assert "Influencer</td>" in answer.content.decode()


@pytest.mark.parametrize("sort", ["", "rubbish"])
def test_else_they_stand_by_role(client: Client, url: str, sort: str):
    answer = client.get(url, {"sort": sort})

    assert ranked(answer) == []
    assert [part.name for part in answer.context["parts"]] == ["Champion", "Influencer"]


def test_the_next_page_keeps_the_order(client: Client, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(group_page, "SIZE", 2)

    first = client.get(url, BY_SCORE)

    assert "?sort=engagement&amp;page=2" in first.content.decode()
    assert ranked(client.get(url, {**BY_SCORE, "page": 2})) == [("Ben", "Champion")]


def test_scores_are_for_those_who_may_view_people(url: str):
    client = Client()
    client.force_login(user_with("buying_groups.view_buyinggroup"))

    answer = client.get(url, BY_SCORE)

    assert ranked(answer) == []
    assert "sort=engagement" not in answer.content.decode()
