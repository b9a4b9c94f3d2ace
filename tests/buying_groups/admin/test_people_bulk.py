"""Several people out of their list into a buying group."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Person
from buying_groups.admin import people_bulk
from buying_groups.models import BuyingGroup
from tests.factories import (
    AccountFactory,
    BuyingGroupFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = pytest.mark.django_db


def ids(people):
    return {"ids": ",".join(str(person.pk) for person in people)}


@pytest.fixture
def url(to):
    return to(Person, "assign_to_group")


@pytest.fixture
def group():
    interest = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest, account__name="Alba")


def offered(answer):
    return [label for _pk, label in answer.context["form"]["group"].field.choices]


def test_offers_groups_of_their_accounts_and_says_for_how_many(client, to, url, group):
    web = BuyingGroupFactory(solution_interest__name="Web", account__name="Bora")
    BuyingGroupFactory(account__name="Elsewhere")
    both = PersonFactory(accounts=[group.account, web.account])
    people = [both, PersonFactory(accounts=[group.account]), PersonFactory()]
    GroupMemberFactory(group=web, person=both, is_removed=True)
    GroupMemberFactory(group=group, person=both)
    ticked = {"action": "ask_assign_to_group", "_selected_action": [person.pk for person in people]}

    asked = client.post(to(Person, "changelist"), ticked)

    assert offered(client.get(asked.url)) == [
        "CRM for Alba: 1 of 3 people, 1 is a member already", "Web for Bora: 1 of 3 people",
    ]  # fmt: skip


def test_leads_to_the_page_of_the_group_with_those_ticked_who_can_come(client, to, url, group):
    people = [
        PersonFactory(accounts=[group.account]),
        PersonFactory(accounts=[group.account]),
        PersonFactory(),
    ]

    answer = client.post(url, {**ids(people), "group": group.pk}, follow=True)

    assert answer.redirect_chain[0][0].startswith(to(BuyingGroup, "members_assign", group.pk))
    assert [row["person"] for row in answer.context["rows"] if row["is_ticked"]] == people[:2]
    assert "1 person is left out: a member already, or of another account." in answer.content.decode()


@pytest.mark.parametrize("wrong", ["", "x", "0"])
def test_refuses_what_is_no_group_of_theirs(client, url, group, wrong):
    answer = client.post(url, {**ids([PersonFactory(accounts=[group.account])]), "group": wrong})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["group"])


def test_without_a_group_says_so(client, url):
    page = client.get(url, ids([PersonFactory(accounts=1)])).content.decode()

    assert "None of their accounts has a buying group" in page
    assert 'class="tl-button tl-primary"' not in page


def test_takes_on_no_more_than_can_be_assigned_at_once(client, url, group, monkeypatch):
    monkeypatch.setattr(people_bulk, "MOST", 2)
    people = PersonFactory.create_batch(3, accounts=[group.account])

    assert "3 people at once; at most 2 are possible." in client.get(url, ids(people)).content.decode()
    assert client.post(url, {**ids(people), "group": group.pk}).status_code == 400


def test_takes_the_same_queries_for_three_and_thirty(client, url, count_queries):
    interest = SolutionInterestFactory()

    def queries(n):
        people = [PersonFactory(accounts=[AccountFactory()]) for _ in range(n)]
        for person in people:
            BuyingGroupFactory(solution_interest=interest, account=person.accounts.get())
        return count_queries(lambda: client.get(url, ids(people)))

    assert queries(3) == queries(30)


def test_is_for_who_may_edit_members_and_see_people(to, url, group):
    person = PersonFactory(accounts=[group.account])
    needed = ["view_person", "view_buyinggroup", "edit_members_buyinggroup"]

    def client_with(codenames):
        user, client = UserFactory(is_superuser=False), Client()
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    def offers(client):
        form = client.get(to(Person, "changelist")).context.get("action_form")
        return bool(form) and "ask_assign_to_group" in dict(form.fields["action"].choices)

    for missing in needed:
        some = client_with([codename for codename in needed if codename != missing])
        assert some.get(url, ids([person])).status_code == 403
        assert missing == "view_person" or not offers(some)
    assert client_with(needed).get(url, ids([person])).status_code == 200
    assert offers(client_with(needed))
