"""Several groups at once: stage, status, and their accounts onto a list."""

from __future__ import annotations

import pytest

from accounts.models import Account
from buying_groups.models import BuyingGroup
from tests.factories import AccountListFactory, BuyingGroupFactory, SolutionInterestFactory
from tests.factories.admin import staff_with
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups():
    crm = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
    made = []
    for account, here in (("Alba", None), ("Bora", "Awareness"), ("Cora", "Purchase")):
        at = stage(here) if here else None
        made.append(BuyingGroupFactory(solution_interest=crm, account__name=account, stage=at))
    return made


def ids(groups):
    return {"ids": ",".join(str(group.pk) for group in groups)}


class TestStage:
    def test_says_where_how_many_of_them_may_go(self, client, to, groups):
        ticked = {"action": "ask_stage_of_several", "_selected_action": [group.pk for group in groups]}
        asked = client.post(to(BuyingGroup, "changelist"), ticked)
        page = client.get(asked.url)

        assert [label for _id, label in page.context["form"]["stage"].field.choices] == [
            "Awareness: 1 of 3 groups", "Interest: 2 of 3 groups", "Consideration: 1 of 3 groups",
        ]  # fmt: skip
        assert sorted(page.context["cells"]) == [("Awareness", "1"), ("No stage", "1"), ("Purchase", "1")]

    def test_moves_those_that_may_and_names_the_others(self, client, to, groups, said):
        url = to(BuyingGroup, "stage_of_several")
        answer = client.post(url, {**ids(groups), "stage": stage("Interest").pk}, follow=True)

        assert said(answer) == [
            "2 groups are at “Interest” now.",
            "1 left out: “CRM for Cora” cannot go from “Purchase” to “Interest”; it may go nowhere from there.",
        ]
        assert BuyingGroup.objects.filter(stage=stage("Interest")).count() == 2

    def test_those_without_a_model_are_named_beforehand(self, client, to, groups, said):
        web = BuyingGroupFactory(solution_interest__name="Web", account__name="Dora")
        url, given = to(BuyingGroup, "stage_of_several"), ids([*groups[:1], web])

        page = client.get(url, given)
        answer = client.post(url, {**given, "stage": stage("Interest").pk}, follow=True)

        assert page.context["left_out"] == [("Web for Dora", "Its solution interest has no stage model.")]
        assert said(answer) == ["1 group is at “Interest” now."]

    def test_without_a_way_there_is_no_button(self, client, to, groups):
        page = client.get(to(BuyingGroup, "stage_of_several"), ids(groups[2:])).content.decode()

        assert "lets none of them go anywhere" in page
        assert 'class="tl-button tl-primary"' not in page

    @pytest.mark.parametrize("wrong", ["", "x", "0"])
    def test_refuses_what_is_no_stage(self, client, to, groups, wrong):
        answer = client.post(to(BuyingGroup, "stage_of_several"), {**ids(groups), "stage": wrong})

        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == ["stage"]


class TestStatus:
    def test_is_set_and_taken_away(self, client, to, groups, said):
        BuyingGroup.objects.filter(pk=groups[0].pk).update(status="Hot")
        url = to(BuyingGroup, "status_of_several")

        page = client.get(url, ids(groups))
        assert page.context["cells"] == [("No status", "2"), ("Hot", "1")]
        assert page.context["statuses"] == ["Hot"]
        answer = client.post(url, {**ids(groups), "status": "Hot"}, follow=True)
        assert said(answer) == ["2 groups are “Hot” now. 1 was so already."]
        answer = client.post(url, {**ids(groups), "status": ""}, follow=True)
        assert said(answer) == ["3 groups have no status now."]

    def test_is_at_most_fifty_characters(self, client, to, groups):
        answer = client.post(to(BuyingGroup, "status_of_several"), {**ids(groups), "status": "x" * 51})

        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["status"])


class TestAccounts:
    def test_are_put_on_a_list(self, client, to, groups):
        wanted = AccountListFactory()
        there = client.get(to(BuyingGroup, "accounts_to_list"), ids(groups))

        page = client.get(there.url)
        assert "Add 3 accounts to a list" in page.content.decode()
        assert page.context["back"] == to(BuyingGroup, "changelist")
        client.post(there.url, {"list": wanted.pk})

        assert wanted.members.count() == 3

    def test_each_once(self, client, to, groups):
        web = SolutionInterestFactory(name="Web")
        twice = BuyingGroupFactory(solution_interest=web, account=groups[0].account)

        there = client.get(to(BuyingGroup, "accounts_to_list"), ids([groups[0], twice]))

        assert f"ids={groups[0].account_id}&" in there.url
        assert there.url.startswith(to(Account, "add_to_list"))


@pytest.mark.parametrize("page", ["stage_of_several", "status_of_several"])
class TestBoth:
    def test_are_asked_in_the_same_queries_for_three_and_thirty(
        self, client, to, groups, count_queries, page
    ):
        interest = groups[0].solution_interest

        def queries(n):
            given = ids(BuyingGroupFactory.create_batch(n, solution_interest=interest))
            sent = {**given, "stage": stage("Interest").pk, "status": f"Status {n}"}
            asked = count_queries(lambda: client.get(to(BuyingGroup, page), given))
            return asked, count_queries(lambda: client.post(to(BuyingGroup, page), sent))

        assert queries(3) == queries(30)

    def test_are_for_who_may_change_groups(self, client_with, to, groups, page):
        url, sent = to(BuyingGroup, page), {"stage": stage("Interest").pk, "status": "Hot"}

        for permissions in (["view_buyinggroup", "edit_members_buyinggroup"], ["change_buyinggroup"]):
            assert client_with(*permissions).post(url, {**ids(groups), **sent}).status_code == 403
        assert not BuyingGroup.objects.filter(status="Hot").exists()
        assert client_with("view_buyinggroup", "change_buyinggroup").get(url, ids(groups)).status_code == 200


def test_only_what_one_may_do_is_offered(client_with, to, groups):
    def offered(client):
        form = client.get(to(BuyingGroup, "changelist")).context.get("action_form")
        return [name for name, _label in form.fields["action"].choices if name] if form else []

    assert offered(client_with("view_buyinggroup")) == []
    assert offered(client_with("view_buyinggroup", "change_buyinggroup")) == [
        "ask_stage_of_several", "ask_status_of_several",
    ]  # fmt: skip
    assert (
        staff_with("accounts", ["view_account"]).get(to(BuyingGroup, "accounts_to_list")).status_code == 403
    )
