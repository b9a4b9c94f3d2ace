"""Who the people of a group are is for those who may view people; the others see their numbers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Account
from buying_groups.models import BuyingGroup
from buying_groups.services import members
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import role

pytestmark = pytest.mark.django_db
EDITOR = ("view_buyinggroup", "edit_members_buyinggroup")
PERSONAL = ("Anna", "Keller", "anna@x.example", "Chief Executive", "61.2", "61")


@pytest.fixture
def group():
    interest = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def anna(group, now):
    person = PersonFactory(
        first_name="Anna", last_name="Keller", email="anna@x.example", job_title="Chief Executive",
        engagement_score=61.2, accounts=[group.account],
    )  # fmt: skip
    BuyingGroup.objects.update(engagement=None)
    members.assign(group, {person.pk: role("Champion").pk}, by=None, now=now)
    group.ignored_changes.create(person=person, source=1, is_removal=True, reason=1, against=now, at=now)
    return person


@pytest.mark.parametrize("page", ["change", "ignored", "timeline"])
def test_is_on_no_tab(client, client_with, to, group, anna, page):
    url = to(BuyingGroup, page, group.pk)
    assert "Anna Keller" in client.get(url).content.decode()

    text = main(client_with("view_buyinggroup").get(url))

    assert [word for word in PERSONAL if re.search(rf"\b{re.escape(word)}\b", text)] == []
    assert f"Person {anna.pk}" in text


def test_is_not_there_of_former_members(client_with, to, group, anna, now):
    members.remove(group, [anna.pk], by=None, now=now)

    answer = client_with("view_buyinggroup").get(to(BuyingGroup, "change", group.pk))

    assert [str(line.member.person) for line in answer.context["former"]] == [f"Person {anna.pk}"]
    assert "Anna" not in main(answer)


@pytest.mark.parametrize("page", ["members_role", "members_remove"])
def test_is_in_no_dialog(client_with, to, group, anna, page):
    editor = client_with("view_buyinggroup", "edit_members_buyinggroup")

    text = main(editor.get(to(BuyingGroup, page, group.pk), {"person": anna.pk}))

    assert f"Person {anna.pk}" in text
    assert not re.search("Anna|Keller|Chief Executive", text)


def test_is_on_the_timeline_of_the_account_for_the_same_people(to, group, anna):
    def seen(*permissions):
        client = Client()
        client.force_login(user_with("accounts.view_account", "buying_groups.view_buyinggroup", *permissions))
        lines = client.get(to(Account, "timeline", group.account_id)).context["timeline"].lines
        return {(line.who.name, bool(line.who.url)) for line in lines if line.who}

    assert seen("accounts.view_person") == {("Anna Keller", True)}
    assert seen() == {(f"Person {anna.pk}", False)}


def main(answer):
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2] or answer.content.decode()


def test_undo_names_nobody(client_with, to, group, anna, now, said):
    editor = client_with(*EDITOR)
    page = editor.post(to(BuyingGroup, "members_remove", group.pk), {"person": anna.pk}, follow=True)
    [what] = re.findall(r'name="what" value="([^"]+)"', page.content.decode())
    members.assign(group, {anna.pk: role("Decision Maker").pk}, by=None, now=now)

    answer = editor.post(to(BuyingGroup, "members_undo", group.pk), {"what": what}, follow=True)

    assert f"changed again since: Person {anna.pk}." in said(answer)[-1]


def test_who_may_not_view_people_assigns_nobody_by_name(client_with, to, group, anna):
    """The page looks for people by their names and addresses."""
    editor = client_with(*EDITOR)

    assert editor.get(to(BuyingGroup, "members_assign", group.pk)).status_code == 403
    assert not editor.get(to(BuyingGroup, "change", group.pk)).context["assign_url"]
