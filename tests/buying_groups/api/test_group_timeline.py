"""The timeline of a group in the API: as its tab in the admin (tests/buying_groups/admin/test_group_tabs.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Event, EventType, Person
from buying_groups.models import BuyingGroup
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, PersonFactory
from tests.factories.api import client_of, user_with
from tests.factories.buying_groups import GroupMemberFactory

Kinds = EventType.BuiltIn
GROUPS, PEOPLE = "buying_groups.view_buyinggroup", "accounts.view_person"


@pytest.fixture
def group(db: None) -> BuyingGroup:
    return BuyingGroupFactory()


@pytest.fixture
def member(group: BuyingGroup) -> Person:
    return GroupMemberFactory(group=group).person


@pytest.fixture
def url(group: BuyingGroup) -> str:
    return f"/api/v1/buying-groups/{group.pk}/timeline/"


def happen(kind: int, at: datetime, **about: Any) -> Event:
    return Event.objects.create(type_id=kind, occurred_at=at, received_at=at, source=5, **about)


def of_group(group: BuyingGroup, at: datetime) -> Event:
    payload = {"group": group.pk, "name": "CRM", "old": None, "new": "Hot"}
    return happen(Kinds.BUYING_GROUP_STATUS_CHANGED, at, account_id=group.account_id, payload=payload)


@pytest.mark.parametrize(("permissions", "said"), [((GROUPS,), None), ((GROUPS, PEOPLE), "Anna Doe")])
def test_names_a_deleted_member_only_to_who_may_view_people(
    group: BuyingGroup, url: str, now: datetime, permissions: tuple[str, ...], said: str | None
):
    payload = {"group": group.pk, "name": "CRM", "role": "Champion", "person": "Anna Doe"}
    happen(Kinds.MEMBER_OF_BUYING_GROUP_DELETED, now, account_id=group.account_id, payload=payload)

    [row] = client_of(user_with(*permissions)).get(url).json()["results"]

    assert (row["payload"]["role"], row["payload"].get("person")) == ("Champion", said)


def test_tells_of_the_group_and_what_its_members_did_the_latest_first(
    client: APIClient, group: BuyingGroup, member: Person, url: str, now: datetime
):
    own = of_group(group, now - timedelta(minutes=2))
    theirs = happen(Kinds.FORM_FILLED, now - timedelta(minutes=1), person_id=member.pk)
    last = happen(Kinds.PERSON_INTERESTING_MOMENT, now, person_id=member.pk)
    of_group(BuyingGroupFactory(account=group.account), now)
    happen(Kinds.PERSON_DATA_CHANGED, now, person_id=member.pk)
    happen(Kinds.ACCOUNT_DATA_CHANGED, now, account_id=group.account_id)
    happen(Kinds.FORM_FILLED, now, person_id=PersonFactory(accounts=[group.account]).pk)
    happen(Kinds.FORM_FILLED, now, person_id=GroupMemberFactory(group=group, is_removed=True).person_id)

    following: str | None = f"{url}?page_size=1"
    seen = []
    while following:
        page = client.get(following).json()
        assert (page["count"], page["count_is_exact"]) == (3, True)
        seen += page["results"]
        following = page["next"]

    assert [row["id"] for row in seen] == [last.pk, theirs.pk, own.pk]
    assert seen[-1] == {
        "id": own.pk, "type": "buying_group_status_changed", "account": group.account_id, "person": None,
        "occurred_at": "2027-03-01T08:58:00Z", "received_at": "2027-03-01T08:58:00Z", "source": "system",
        "source_id": None, "payload": {"group": group.pk, "name": "CRM", "old": None, "new": "Hot"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("permissions", "scopes", "shown"),
    [
        ((GROUPS,), [], {"buying_group_status_changed"}),
        ((GROUPS, PEOPLE), [], {"buying_group_status_changed", "form_filled"}),
        ((GROUPS, PEOPLE), ["buying_groups:read"], {"buying_group_status_changed"}),
        ((GROUPS, PEOPLE), ["buying_groups:read", "accounts:read"], {"buying_group_status_changed", "form_filled"}),
    ],
)  # fmt: skip
def test_what_members_did_is_for_those_who_may_view_people(
    group: BuyingGroup, member: Person, url: str, now: datetime, permissions: Any, scopes: list[str], shown: set[str]
):  # fmt: skip
    of_group(group, now)
    happen(Kinds.FORM_FILLED, now, person_id=member.pk)

    rows = client_of(user_with(*permissions), scopes=scopes).get(url).json()["results"]

    assert {row["type"] for row in rows} == shown


def test_more_members_and_events_take_no_more_queries(
    client: APIClient, group: BuyingGroup, member: Person, url: str, now: datetime,
    count_queries: Callable[[Callable[[], object]], int],
):  # fmt: skip
    of_group(group, now)
    client.get(url)
    few = count_queries(lambda: client.get(url))
    for person in (member, *(GroupMemberFactory(group=group).person for _ in range(5))):
        happen(Kinds.FORM_FILLED, now, person_id=person.pk)
        of_group(group, now)

    assert count_queries(lambda: client.get(url)) == few


def test_of_no_group_there_is_none(client: APIClient):
    assert client.get(f"/api/v1/buying-groups/{NO_ID}/timeline/").status_code == 404
