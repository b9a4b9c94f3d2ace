"""People of the account into a group."""

from __future__ import annotations

import pytest
from django.test import Client

from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.api import user_with
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    interest = SolutionInterestFactory(roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def url(to, group):
    return to(BuyingGroup, "members_assign", group.pk)


def person(group, first_name="Zoe", **columns):
    return PersonFactory(first_name=first_name, accounts=[group.account], **columns)


def offered(answer):
    return [row["person"].first_name for row in answer.context["rows"]]


class TestOffered:
    def test_are_people_of_the_account_who_are_no_members(self, client, group, url):
        person(group, "Anna"), PersonFactory(first_name="Elsewhere", accounts=1)
        GroupMemberFactory(group=group, person=person(group, "Member"))
        GroupMemberFactory(group=group, person=person(group, "Former", engagement_score=9), is_removed=True)

        answer = client.get(url)

        assert offered(answer) == ["Former", "Anna"]
        former, never = answer.context["rows"]
        assert str(former["former"].how) == "by hand"
        assert never["former"] is None

    def test_without_any_say_why(self, client, to, group, url):
        people = to(group.account, "people", group.account_id)
        assert people in client.get(url).content.decode()

        GroupMemberFactory(group=group, person=person(group))
        answer = client.get(url).content.decode()
        assert "Everybody who belongs to the account is a member." in answer
        assert people not in answer

    def test_are_found_by_name_email_and_title(self, client, group, url):
        person(group, "Anna", job_title="Chief Executive"), person(group, "Ben", email="ben@x.example")

        for query, names in (("ann", ["Anna"]), ("x.example", ["Ben"]), ("chief", ["Anna"]), ("nobody", [])):
            assert offered(client.get(url, {"q": query})) == names

    def test_stay_ticked_with_their_roles_while_one_searches(self, client, group, url):
        anna, _ben = person(group, "Anna"), person(group, "Ben")
        kept = {"q": "ben", "person": anna.pk, f"people__{anna.pk}": role("Champion").pk}

        rows = client.get(url, kept).context["rows"]

        assert [(row["person"].first_name, row["is_ticked"]) for row in rows] == [
            ("Anna", True),
            ("Ben", False),
        ]
        assert rows[0]["field"].value() == role("Champion").pk

    def test_are_fifty_and_it_says_how_many_there_are(self, client, group, url):
        for _ in range(51):
            person(group)

        answer = client.get(url)

        assert (len(answer.context["rows"]), answer.context["n_found"]) == (50, "51")
        assert answer.context["is_cut"]

    def test_have_the_role_when_there_is_only_one(self, client, to):
        group = BuyingGroupFactory()
        person(group)

        [row] = client.get(to(BuyingGroup, "members_assign", group.pk)).context["rows"]

        assert row["field"].value() == role("Decision Maker").pk

    def test_many_cost_no_more_than_few(self, client, group, url, count_queries):
        def fill(n):
            for _ in range(n):
                person(group)
                GroupMemberFactory(group=group, person=person(group), is_removed=True)

        fill(1)
        client.get(url)
        few = count_queries(lambda: client.get(url))
        fill(19)

        assert count_queries(lambda: client.get(url)) == few


class TestWhatItMeans:
    def test_is_said_of_those_that_are_ticked(self, client, group, url):
        anna, ben = person(group, "Anna"), person(group, "Ben")
        wanted = {
            f"people__{anna.pk}": role("Champion").pk, f"people__{ben.pk}": role("Decision Maker").pk,
        }  # fmt: skip

        assert "The completeness of the group: 0 % now, 0 % then." in client.get(url).content.decode()
        said = client.get(url, {"then": "1", "person": anna.pk, **wanted}).content.decode()

        assert "The completeness of the group: 0 % now, 50 % then." in said
        assert "It will lack: Decision Maker." in said
        assert "<form" not in said
        assert "0 % now, 50 % then." in client.get(url, {"person": anna.pk, **wanted}).content.decode()

    def test_passes_over_who_is_a_member_or_a_stranger(self, client, group, url):
        here, elsewhere = GroupMemberFactory(group=group, person=person(group)).person, PersonFactory()
        wanted = {f"people__{one.pk}": role("Champion").pk for one in (here, elsewhere)}

        said = client.get(url, {"then": "1", "person": [here.pk, elsewhere.pk], **wanted}).content.decode()

        assert "50 % now, 50 % then." in said

    def test_costs_no_more_for_many(self, client, group, url, count_queries):
        people = [person(group) for _ in range(50)]

        def ask(some):
            wanted = {f"people__{one.pk}": role("Champion").pk for one in some}
            sent = {"then": "1", "person": [one.pk for one in some], **wanted}
            return count_queries(lambda: client.get(url, sent))

        ask(people[:2])
        assert ask(people[:2]) == ask(people)


class TestAssigning:
    def test_makes_those_that_are_ticked_members(self, client, group, url, said):
        anna, ben = person(group, "Anna"), person(group, "Ben")
        sent = {
            "person": anna.pk, f"people__{anna.pk}": role("Champion").pk, f"people__{ben.pk}": role("Champion").pk,
        }  # fmt: skip

        answer = client.post(url, sent, follow=True)

        assert [text.partition(" <form")[0] for text in said(answer)] == ["1 person is assigned."]
        [made] = GroupMember.objects.all()
        assert (made.person, made.role, made.source) == (anna, role("Champion"), MemberSource.MANUAL)

    def test_needs_a_role_for_each(self, client, group, url):
        anna, ben = person(group, "Anna"), person(group, "Ben")
        sent = {
            "person": [anna.pk, ben.pk],
            f"people__{anna.pk}": role("Champion").pk,
            f"people__{ben.pk}": "",
        }

        answer = client.post(url, sent)

        assert answer.status_code == 400
        assert answer.context["form"].errors == {f"people__{ben.pk}": ["Choose a role."]}
        assert offered(answer)[:2] == ["Anna", "Ben"]
        assert not GroupMember.objects.exists()

    def test_needs_somebody(self, client, group, url):
        person(group)

        assert "Choose at least one person." in client.post(url, {}).content.decode()

    def test_refuses_more_than_fifty(self, client, group, url):
        people = [person(group) for _ in range(51)]
        sent = {f"people__{one.pk}": role("Champion").pk for one in people}

        answer = client.post(url, {"person": [one.pk for one in people], **sent})

        assert "51 people at once; at most 50 are possible." in answer.content.decode()
        assert not GroupMember.objects.exists()

    @pytest.mark.parametrize("stranger", [True, False])
    def test_passes_over_who_is_no_candidate(self, client, group, url, stranger):
        one = PersonFactory() if stranger else GroupMemberFactory(group=group, person=person(group)).person

        answer = client.post(url, {"person": one.pk, f"people__{one.pk}": role("Champion").pk})

        assert "Choose at least one person." in answer.content.decode()

    def test_is_for_who_may_edit_members(self, client_with, group, url):
        for permissions in (
            ["view_buyinggroup"],
            ["view_buyinggroup", "change_buyinggroup"],
            ["edit_members_buyinggroup"],
        ):
            assert client_with(*permissions).get(url).status_code == 403
            assert client_with(*permissions).post(url).status_code == 403
        editor = ["buying_groups.view_buyinggroup", "buying_groups.edit_members_buyinggroup"]
        for permissions, status in ((editor, 403), ([*editor, "accounts.view_person"], 200)):
            client = Client()
            client.force_login(user_with(*permissions))
            assert client.get(url).status_code == status
