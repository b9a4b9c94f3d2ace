"""What a timeline shows of things that have permissions and scopes of their own; which sources it has."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import Account, Event, EventType, Person
from tests.factories import AccountFactory, PersonFactory
from tests.factories.api import client_of, user_with

pytestmark = pytest.mark.django_db
Kinds = EventType.BuiltIn
BOTH = ("accounts.view_account", "accounts.view_person")
OF_GROUPS = {kind.name.lower() for kind in Kinds if "BUYING_GROUP" in kind.name}
OF_LISTS = {"added_to_account_list", "removed_from_account_list"}
OF_JOURNEYS = {"journey_entered", "journey_completed"}
GUARDED = OF_GROUPS | OF_LISTS | OF_JOURNEYS


def happen(kind: int, at: datetime, **about: int) -> Event:
    return Event.objects.create(type_id=kind, occurred_at=at, received_at=at, source=5, **about)


def urls(account: Account, person: Person) -> tuple[str, str]:
    return f"/api/v1/accounts/{account.pk}/timeline/", f"/api/v1/people/{person.pk}/timeline/"


@pytest.mark.parametrize(
    ("permissions", "scopes", "shown"),
    [
        (BOTH, [], set()),
        ((*BOTH, "buying_groups.view_buyinggroup"), [], OF_GROUPS),
        ((*BOTH, "accounts.view_accountlist"), [], OF_LISTS),
        ((*BOTH, "journeys.view_journey"), [], OF_JOURNEYS),
        (None, [], GUARDED),
        (None, ["read"], GUARDED),
        (None, ["accounts:read"], OF_LISTS),
        (None, ["accounts:read", "buying_groups:read"], OF_LISTS | OF_GROUPS),
        (None, ["accounts:read", "journeys:write"], OF_LISTS | OF_JOURNEYS),
    ],
)
def test_shows_of_other_things_only_what_may_be_seen_of_them(
    now: datetime, permissions: tuple[str, ...] | None, scopes: list[str], shown: set[str]
):
    account = AccountFactory()
    person = PersonFactory(accounts=[account])
    for kind in Kinds:
        happen(kind, now, account_id=account.pk, person_id=person.pk)
    client = client_of(user_with(*permissions) if permissions else None, scopes=scopes)

    for url in urls(account, person):
        answer = client.get(url).json()
        kinds = {row["type"] for row in answer["results"]}
        assert kinds & GUARDED == shown
        assert kinds - GUARDED == {kind.name.lower() for kind in Kinds} - GUARDED
        assert answer["count"] == len(kinds)


def test_pages_are_full_without_what_is_hidden(now: datetime):
    account = AccountFactory()
    for minutes in range(6):
        kind = Kinds.ADDED_TO_ACCOUNT_LIST if minutes % 2 else Kinds.FORM_FILLED
        happen(kind, now - timedelta(minutes=minutes), account_id=account.pk)
    client = client_of(user_with("accounts.view_account"))

    first = client.get(f"/api/v1/accounts/{account.pk}/timeline/?page_size=2").json()
    second = client.get(first["next"]).json()

    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(("of_account", "kind"), [(True, "PERSON"), (False, "ACCOUNT")])
def test_moments_of_the_others_need_the_view_of_the_others(now: datetime, of_account: bool, kind: str):
    account = AccountFactory()
    person = PersonFactory(accounts=[account])
    about = {"person_id": person.pk} if of_account else {"account_id": account.pk}
    happen(Kinds[f"{kind}_INTERESTING_MOMENT"], now, **about)
    url = urls(account, person)[0 if of_account else 1]
    own = "accounts.view_account" if of_account else "accounts.view_person"

    assert client_of(user_with(own)).get(url).json()["results"] == []
    assert len(client_of(user_with(*BOTH)).get(url).json()["results"]) == 1


def test_of_an_account_has_the_moments_of_its_people(client: APIClient, now: datetime):
    account, other = AccountFactory.create_batch(2)
    person = PersonFactory(accounts=[account, other])
    stranger = PersonFactory(accounts=[other])
    moment = Kinds.PERSON_INTERESTING_MOMENT
    theirs = happen(moment, now, person_id=person.pk)
    own = happen(moment, now, person_id=person.pk, account_id=account.pk)
    happen(moment, now, person_id=person.pk, account_id=other.pk)
    happen(moment, now, person_id=stranger.pk)
    happen(Kinds.PERSON_DATA_CHANGED, now, person_id=person.pk)
    older = happen(Kinds.ACCOUNT_DATA_CHANGED, now - timedelta(minutes=1), account_id=account.pk)

    url, seen = f"/api/v1/accounts/{account.pk}/timeline/?page_size=1", []
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert seen == [own.pk, theirs.pk, older.pk]


def test_takes_the_same_queries_whatever_there_is_and_may_be_seen(
    client: APIClient, now: datetime, count_queries
):
    account = AccountFactory()
    PersonFactory(accounts=[account])
    url = f"/api/v1/accounts/{account.pk}/timeline/"
    client.get(url)
    few = count_queries(lambda: client.get(url))
    for person in PersonFactory.create_batch(5, accounts=[account]):
        happen(Kinds.PERSON_INTERESTING_MOMENT, now, person_id=person.pk)

    assert count_queries(lambda: client.get(url)) == few
