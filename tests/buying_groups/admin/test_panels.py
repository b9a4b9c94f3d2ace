"""Buying groups on the pages of accounts and people."""

from __future__ import annotations

import pytest

from accounts.models import Account, Person
from buying_groups.admin import panels
from buying_groups.models import BuyingGroup
from tests.factories import (
    AccountFactory,
    BuyingGroupFactory,
    JourneyFactory,
    PersonFactory,
    SolutionInterestFactory,
    UserFactory,
)
from tests.factories.api import user_with
from tests.factories.buying_groups import GroupMemberFactory

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
TITLE = "<h3>Buying groups</h3>"


@pytest.fixture
def viewer(client):
    """Logged in as somebody who may view accounts and people, and groups when it says so."""

    def made(*permissions):
        client.force_login(user_with("accounts.view_account", "accounts.view_person", *permissions))
        return client

    return made


class TestOfAnAccount:
    def test_names_its_groups_with_what_they_lack(self, client, to):
        crm = SolutionInterestFactory(name="CRM", roles={"Champion": {}, "Decision Maker": {}})
        group = BuyingGroupFactory(
            solution_interest=crm, status="Hot", completeness=50.0, members={PersonFactory(): "Champion"}
        )
        BuyingGroupFactory(solution_interest=SolutionInterestFactory(name="Elsewhere"))

        text = client.get(to(Account, "change", group.account_id)).content.decode()

        for said in (TITLE, to(BuyingGroup, "change", group.pk), "CRM", "Hot", "50 %", "Decision Maker"):
            assert said in text
        assert "Elsewhere" not in text

    def test_says_which_persona_they_have(self, client, to):
        person = PersonFactory(job_title="cto")

        assert "CXO / EVP" in client.get(to(Person, "change", person.pk)).content.decode()

    def test_says_that_there_is_none(self, client, to):
        text = client.get(to(Account, "change", AccountFactory().pk)).content.decode()

        assert "It has no buying group." in text

    def test_leads_to_all_of_them_when_they_are_many(self, client, to, monkeypatch):
        monkeypatch.setattr(panels, "SHOWN", 1)
        account = AccountFactory(name="Näh & Co")
        BuyingGroupFactory.create_batch(2, account=account)

        text = client.get(to(Account, "change", account.pk)).content.decode()

        assert "?q=N%C3%A4h+%26+Co" in text

    def test_many_cost_no_more_than_few(self, client, to, count_queries):
        account = AccountFactory()
        url = to(Account, "change", account.pk)
        BuyingGroupFactory.create_batch(2, account=account, members={PersonFactory(): "Decision Maker"})
        client.get(url)
        few = count_queries(lambda: client.get(url))
        BuyingGroupFactory.create_batch(38, account=account, members={PersonFactory(): "Decision Maker"})

        assert count_queries(lambda: client.get(url)) == few


class TestOfAPerson:
    def test_names_the_groups_that_they_are_and_were_in(self, client, to):
        anna = PersonFactory()
        there = GroupMemberFactory(person=anna, group__solution_interest__name="CRM", role="Champion").group
        gone = GroupMemberFactory(
            person=anna, group__solution_interest__name="Web", role="Other", is_removed=True
        ).group

        text = client.get(to(Person, "change", anna.pk)).content.decode()

        for said in (
            TITLE,
            to(BuyingGroup, "change", there.pk),
            str(there),
            "Champion",
            "by hand",
            str(gone),
            "removed",
        ):
            assert said in text
        assert text.index(str(there)) < text.index(str(gone))

    def test_says_that_there_is_none(self, client, to):
        text = client.get(to(Person, "change", PersonFactory().pk)).content.decode()

        assert "This person is in no buying group." in text

    def test_many_cost_no_more_than_few(self, client, to, count_queries):
        anna, journey, user = PersonFactory(), JourneyFactory(), UserFactory()
        url = to(Person, "change", anna.pk)

        def fill(n):
            for _ in range(n):
                GroupMemberFactory(person=anna, source_id=user.pk)
                GroupMemberFactory(person=anna, source=2, source_id=journey.pk)

        fill(1)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        fill(19)

        assert count_queries(lambda: client.get(url)) == few


def test_both_are_for_who_may_view_groups(viewer, to):
    member = GroupMemberFactory()
    urls = [to(Account, "change", member.group.account_id), to(Person, "change", member.person_id)]

    assert [TITLE in viewer().get(url).content.decode() for url in urls] == [False, False]
    client = viewer("buying_groups.view_buyinggroup")
    assert [TITLE in client.get(url).content.decode() for url in urls] == [True, True]


def test_both_show_no_markup_of_others(client, to):
    member = GroupMemberFactory(group__solution_interest__name=SCRIPT, group__status=SCRIPT)

    for url in (to(Account, "change", member.group.account_id), to(Person, "change", member.person_id)):
        assert SCRIPT not in client.get(url).content.decode()


def test_what_goes_with_an_account_is_said_before(client, to):
    group = BuyingGroupFactory()
    BuyingGroupFactory(account=group.account)
    BuyingGroupFactory()

    asked = client.get(to(Account, "delete", group.account.pk)).content.decode()

    assert "Buying groups: 2, with their members, scores and history." in asked


class TestWhatEndsWithPeople:
    @pytest.fixture
    def crm(self):
        roles = {"Champion": {}, "Decision Maker": {"members_needed": 2}, "Other": {"is_required": False}}
        return SolutionInterestFactory(name="CRM", roles=roles)

    def asked(self, client, to, *people):
        single = client.get(to(Person, "delete", people[0].pk)) if len(people) == 1 else None
        several = client.get(to(Person, "delete_selected"), {"ids": ",".join(str(one.pk) for one in people)})
        pages = [answer.content.decode() for answer in (single, several) if answer]
        assert all("buying groups" in page for page in pages)
        return pages

    def test_is_said_before_with_roles_and_what_becomes_of_the_groups(self, client, to, crm):
        anna, ben, cleo = PersonFactory.create_batch(3)
        BuyingGroupFactory(solution_interest=crm, members={anna: "Decision Maker", ben: "Decision Maker"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Decision Maker"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion", cleo: "Champion"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Other"})
        BuyingGroupFactory(solution_interest=crm, members={anna: "Champion"}, members__is_removed=True)

        for page in self.asked(client, to, anna):
            assert "They leave buying groups: 4 (Decision Maker 2, Champion 1, Other 1)." in page
            assert "The completeness of buying groups falls: 2." in page
        [both] = self.asked(client, to, anna, cleo)
        assert "They leave buying groups: 4 (Champion 2, Decision Maker 2, Other 1)." in both
        assert "The completeness of buying groups falls: 3." in both

    def test_is_nothing_where_they_are_in_none(self, client, to):
        for page in self.asked(client, to, PersonFactory()):
            assert "They are in no buying groups." in page
            assert "completeness" not in page

    def test_costs_one_query_whatever_the_number(self, crm, django_assert_num_queries):
        people = PersonFactory.create_batch(5)
        for person in people:
            BuyingGroupFactory(solution_interest=crm, members={person: "Champion"})

        for some in (people[:1], people):
            with django_assert_num_queries(1):
                panels.ends_with([person.pk for person in some])
