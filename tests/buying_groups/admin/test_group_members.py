"""Members into other roles and out of a group, from the ticks on its page through a dialog."""

from __future__ import annotations

import pytest

from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from tests.factories import BuyingGroupFactory, PersonFactory, SolutionInterestFactory
from tests.factories.buying_groups import GroupMemberFactory, role

pytestmark = pytest.mark.django_db
DIALOGS = ("members_role", "members_remove")


@pytest.fixture
def group():
    interest = SolutionInterestFactory(roles={"Champion": {}, "Decision Maker": {}})
    return BuyingGroupFactory(solution_interest=interest)


@pytest.fixture
def anna(group):
    return member(group, "Champion", "Anna").person


@pytest.fixture
def ben(group):
    return member(group, "Decision Maker", "Ben").person


def member(group, name, first_name="Zoe"):
    person = PersonFactory(first_name=first_name, accounts=[group.account])
    return GroupMemberFactory(group=group, person=person, role=name, source=MemberSource.SYSTEM)


def chosen(*people):
    return {"person": [person.pk for person in people]}


def roles(**wanted):
    return {f"people__{key}": role(name).pk for key, name in wanted.items()}


def standing(group):
    found = GroupMember.objects.filter(group=group, is_removed=False)
    return set(found.values_list("person__first_name", "role__name", "source"))


class TestChangeRole:
    def test_shows_those_that_were_chosen_with_the_role_they_have(self, client, to, group, anna, ben):
        answer = client.get(to(BuyingGroup, "members_role", group.pk), chosen(anna))

        [(shown, field)] = answer.context["rows"]
        assert (shown.person, field.value()) == (anna, role("Champion").pk)
        assert [name for _value, name in field.field.choices] == ["Champion", "Decision Maker"]

    def test_changes_those_whose_role_is_another_and_leaves_the_rest(
        self, client, to, group, anna, ben, said
    ):
        sent = {
            **chosen(anna, ben), f"people__{anna.pk}": role("Decision Maker").pk,
            f"people__{ben.pk}": role("Decision Maker").pk,
        }  # fmt: skip

        answer = client.post(to(BuyingGroup, "members_role", group.pk), sent, follow=True)

        assert [text.partition(" <form")[0] for text in said(answer)] == ["1 member has another role now."]
        assert standing(group) == {
            ("Anna", "Decision Maker", MemberSource.MANUAL), ("Ben", "Decision Maker", MemberSource.SYSTEM),
        }  # fmt: skip

    def test_says_what_becomes_of_the_group(self, client, to, group, anna, ben):
        url = to(BuyingGroup, "members_role", group.pk)
        asked = chosen(anna, ben)

        assert "100 % now, 100 % then." in client.get(url, asked).content.decode()
        said = client.get(
            url, {**asked, "then": "1", **roles(**{str(anna.pk): "Decision Maker"})}
        ).content.decode()

        assert "The completeness of the group: 100 % now, 50 % then." in said
        assert "It will lack: Champion." in said
        assert "<form" not in said

    @pytest.mark.parametrize("wrong", ["x", "", "999999"])
    def test_says_nothing_of_what_is_no_role(self, client, to, group, anna, wrong):
        asked = {**chosen(anna), "then": "1", f"people__{anna.pk}": wrong}

        said = client.get(to(BuyingGroup, "members_role", group.pk), asked).content.decode()

        assert "50 % now, 50 % then." in said

    def test_says_what_becomes_of_the_group_at_no_more_cost_for_many(self, client, to, group, count_queries):
        people = [member(group, "Champion").person for _ in range(40)]
        url = to(BuyingGroup, "members_role", group.pk)

        def ask(*some):
            wanted = roles(**{str(one.pk): "Decision Maker" for one in some})
            return count_queries(lambda: client.get(url, {**chosen(*some), "then": "1", **wanted}))

        ask(*people[:2])
        assert ask(*people[:2]) == ask(*people)

    def test_without_another_role_says_so(self, client, to, group, anna):
        sent = {**chosen(anna), f"people__{anna.pk}": role("Champion").pk}

        answer = client.post(to(BuyingGroup, "members_role", group.pk), sent)

        assert answer.status_code == 400
        assert "Choose another role for at least one of them." in answer.content.decode()

    @pytest.mark.parametrize("wrong", ["", "x", 10**9])
    def test_refuses_what_is_no_role_of_the_template(self, client, to, group, anna, wrong):
        url = to(BuyingGroup, "members_role", group.pk)

        answer = client.post(url, {**chosen(anna), f"people__{anna.pk}": wrong})

        assert list(answer.context["form"].errors) == [f"people__{anna.pk}"]


class TestRemove:
    def test_says_what_becomes_of_the_group(self, client, to, group, anna, ben):
        answer = client.get(to(BuyingGroup, "members_remove", group.pk), chosen(anna))

        text = " ".join(str(sentence) for _icon, sentence in answer.context["says"])
        assert "100 % now, 50 % then" in text
        assert "It will lack: Champion." in text
        assert standing(group)

    def test_removes_those_that_were_chosen(self, client, to, group, anna, ben, said):
        answer = client.post(to(BuyingGroup, "members_remove", group.pk), chosen(anna), follow=True)

        assert [text.partition(" <form")[0] for text in said(answer)] == ["1 member is removed."]
        assert standing(group) == {("Ben", "Decision Maker", MemberSource.SYSTEM)}
        gone = GroupMember.objects.get(person=anna)
        assert (gone.is_removed, gone.source) == (True, MemberSource.MANUAL)


@pytest.mark.parametrize("page", DIALOGS)
class TestBoth:
    def test_go_back_without_anybody(self, client, to, group, anna, page, said):
        stranger = PersonFactory()

        for people in ((), (stranger,)):
            answer = client.get(to(BuyingGroup, page, group.pk), chosen(*people), follow=True)
            assert said(answer) == ["Choose at least one member."]
        assert client.get(to(BuyingGroup, page, group.pk), {"person": "x"}).status_code == 302

    def test_take_fifty_and_no_more(self, client, to, group, page, said):
        people = [member(group, "Champion").person for _ in range(51)]

        assert client.get(to(BuyingGroup, page, group.pk), chosen(*people[:50])).status_code == 200
        answer = client.post(to(BuyingGroup, page, group.pk), chosen(*people), follow=True)
        assert said(answer) == ["51 members at once; at most 50 are possible."]
        assert len(standing(group)) == 1
        assert GroupMember.objects.filter(is_removed=False).count() == 51

    def test_are_for_who_may_edit_members(self, client_with, to, group, anna, page):
        url = to(BuyingGroup, page, group.pk)

        for permissions in (("view_buyinggroup",), ("view_buyinggroup", "change_buyinggroup")):
            client = client_with(*permissions)
            assert client.get(url, chosen(anna)).status_code == 403
            assert client.post(url, chosen(anna)).status_code == 403
        assert client_with("edit_members_buyinggroup").get(url, chosen(anna)).status_code == 403
        both = client_with("view_buyinggroup", "edit_members_buyinggroup")
        assert both.get(url, chosen(anna)).status_code == 200

    def test_cost_no_more_for_many(self, client, to, group, page, count_queries):
        people = [member(group, "Champion").person for _ in range(40)]
        url = to(BuyingGroup, page, group.pk)
        client.get(url, chosen(*people[:2]))

        few = count_queries(lambda: client.get(url, chosen(*people[:2])))

        assert count_queries(lambda: client.get(url, chosen(*people))) == few
