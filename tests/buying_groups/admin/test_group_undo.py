"""Undo, in the message that says what was done to members."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import AccountPerson
from buying_groups.models import BuyingGroup, GroupMember
from buying_groups.services import members
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    interest = SolutionInterestFactory(roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def anna(group):
    return member(group, "Anna")


@pytest.fixture
def ben(group):
    return member(group, "Ben")


def member(group, first_name):
    person = PersonFactory(first_name=first_name, last_name="Doe", accounts=[group.account])
    return GroupMemberFactory(group=group, person=person, role="Champion").person


def standing(group):
    found = GroupMember.objects.filter(group=group, is_removed=False)
    return dict(found.values_list("person__first_name", "role__name"))


@pytest.fixture
def remove(client, to, group):
    """Remove people from the group's page; the page after it."""

    def do(*people, by: Client = client):
        sent = {"person": [person.pk for person in people]}
        return by.post(to(BuyingGroup, "members_remove", group.pk), sent, follow=True)

    return do


def offered(page) -> str:
    """What the button in the message sends."""
    found = re.search(r'name="what" value="([^"]+)"', page.content.decode())
    assert found, "no undo is offered"
    return found[1]


@pytest.fixture
def undo(client, to, group):
    def do(what: str, by: Client = client):
        return by.post(to(BuyingGroup, "members_undo", group.pk), {"what": what}, follow=True)

    return do


class TestUndoes:
    def test_a_removal(self, group, anna, ben, remove, undo, said):
        before = list(GroupMember.objects.order_by("pk").values())
        page = remove(anna, ben)

        answer = undo(offered(page))

        assert standing(group) == {"Anna": "Champion", "Ben": "Champion"}
        assert list(GroupMember.objects.order_by("pk").values()) == before
        assert said(answer) == ["Undone for 2 people."]

    def test_a_change_of_role(self, client, to, group, anna, undo):
        sent = {"person": [anna.pk], f"people__{anna.pk}": role("Decision Maker").pk}
        page = client.post(to(BuyingGroup, "members_role", group.pk), sent, follow=True)
        assert standing(group) == {"Anna": "Decision Maker"}

        undo(offered(page))

        assert standing(group) == {"Anna": "Champion"}

    def test_an_assignment(self, client, to, group, undo):
        person = PersonFactory(accounts=[group.account])
        sent = {"person": [person.pk], f"people__{person.pk}": role("Champion").pk}
        page = client.post(to(BuyingGroup, "members_assign", group.pk), sent, follow=True)
        assert len(standing(group)) == 1

        undo(offered(page))

        assert standing(group) == {}

    def test_the_button_works_with_the_check_of_forms(self, to, group, anna, client):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        page = strict.get(to(BuyingGroup, "members_remove", group.pk), {"person": anna.pk})
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
        sent = {"person": anna.pk, "csrfmiddlewaretoken": token}
        page = strict.post(to(BuyingGroup, "members_remove", group.pk), sent, follow=True)
        form = page.content.decode().partition('class="bg-undo"')[2]
        again = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)[1]

        sent = {"what": offered(page), "csrfmiddlewaretoken": again}
        assert strict.post(to(BuyingGroup, "members_undo", group.pk), sent).status_code == 302

        assert standing(group) == {"Anna": "Champion"}


class TestLeaves:
    def test_who_was_changed_since_and_names_them(self, group, anna, ben, remove, undo, said, now):
        page = remove(anna, ben)
        members.assign(group, {anna.pk: role("Decision Maker").pk}, by=None, now=now)

        answer = undo(offered(page))

        assert standing(group) == {"Anna": "Decision Maker", "Ben": "Champion"}
        assert said(answer) == [
            "Undone for 1 person.", f"Not undone, because they were changed again since: {anna}.",
        ]  # fmt: skip

    def test_who_has_left_the_account_and_names_them(self, group, anna, remove, undo, said):
        page = remove(anna)
        AccountPerson.objects.all().delete()

        answer = undo(offered(page))

        [text] = said(answer)
        assert text == f"Not undone, because they do not belong to the account any more: {anna}."

    def test_a_second_time(self, group, anna, remove, undo, said):
        what = offered(remove(anna))
        undo(what)

        assert "changed again since" in said(undo(what))[0]
        assert standing(group) == {"Anna": "Champion"}


class TestRefuses:
    @pytest.mark.parametrize("what", ["", "x", "W10:1x:abc"])
    def test_what_was_not_offered(self, undo, what, said):
        assert said(undo(what)) == ["This cannot be undone any more."]

    def test_what_was_done_in_another_group_or_by_somebody_else(
        self, client, client_with, to, group, anna, remove, undo, said
    ):
        what = offered(remove(anna))
        other = to(BuyingGroup, "members_undo", BuyingGroupFactory().pk)
        colleague = client_with("view_buyinggroup", "edit_members_buyinggroup")

        assert said(client.post(other, {"what": what}, follow=True)) == ["This cannot be undone any more."]
        assert said(undo(what, by=colleague)) == ["This cannot be undone any more."]
        assert standing(group) == {}

    def test_who_may_not_edit_members(self, client_with, to, group, anna, remove):
        what = offered(remove(anna))
        url = to(BuyingGroup, "members_undo", group.pk)

        assert client_with("view_buyinggroup").post(url, {"what": what}).status_code == 403
        assert client_with("edit_members_buyinggroup").post(url, {"what": what}).status_code == 403

    def test_a_link(self, client, to, group):
        assert client.get(to(BuyingGroup, "members_undo", group.pk)).status_code == 405


def test_names_of_people_are_no_markup(group, remove, undo, now):
    rob = member(group, "<b>Rob</b>")
    what = offered(remove(rob))
    members.assign(group, {rob.pk: role("Champion").pk}, by=None, now=now)

    assert "<b>Rob" not in undo(what).content.decode()
