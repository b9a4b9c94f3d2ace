"""Stage and status by staff."""

from __future__ import annotations

import pytest

from accounts.models import Event
from buying_groups.models import BuyingGroup
from tests.conftest import NO_ID
from tests.factories import BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    crm = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
    return BuyingGroupFactory(solution_interest=crm)


@pytest.fixture
def url(to, group):
    return to(BuyingGroup, "stage", group.pk)


def offered(answer):
    return [name for _id, name in answer.context["form"]["stage"].field.choices]


class TestStage:
    @pytest.mark.parametrize(
        ("here", "there"),
        [
            (None, ["Awareness", "Interest"]), ("Interest", ["Consideration", "Rejection"]), ("Purchase", []),
        ],
    )  # fmt: skip
    def test_offers_where_the_group_may_go(self, client, group, url, here, there):
        BuyingGroup.objects.update(stage=stage(here) if here else None)

        answer = client.get(url)

        assert offered(answer) == there
        assert ("tl-primary" in answer.content.decode()) is bool(there)

    def test_moves_it(self, client, group, url, said):
        answer = client.post(url, {"stage": stage("Interest").pk}, follow=True)

        assert said(answer) == ["The group is at “Interest” now."]
        assert BuyingGroup.objects.get().stage == stage("Interest")
        assert Event.objects.get().source == Event.Source.STAFF

    def test_says_why_it_cannot_go_there(self, client, group, url):
        answer = client.post(url, {"stage": stage("Purchase").pk})

        assert answer.status_code == 400
        assert "cannot go to “Purchase” from no stage" in answer.content.decode()

    @pytest.mark.parametrize("wrong", ["", "x", str(NO_ID)])
    def test_refuses_what_is_no_stage(self, client, group, url, wrong):
        assert list(client.post(url, {"stage": wrong}).context["form"].errors) == ["stage"]

    def test_without_a_model_there_is_nothing_to_choose(self, client, to):
        answer = client.get(to(BuyingGroup, "stage", BuyingGroupFactory().pk))

        assert not answer.context["has_model"]


class TestStatus:
    def test_is_set_and_taken_away(self, client, to, group, said):
        url = to(BuyingGroup, "status", group.pk)

        assert said(client.post(url, {"status": "Hot"}, follow=True)) == ["The status is “Hot” now."]
        assert said(client.post(url, {"status": ""}, follow=True)) == ["It has no status now."]
        assert BuyingGroup.objects.get().status == ""

    def test_is_at_most_fifty_characters(self, client, to, group):
        answer = client.post(to(BuyingGroup, "status", group.pk), {"status": "x" * 51})

        assert list(answer.context["form"].errors) == ["status"]

    def test_those_of_other_groups_are_offered(self, client, to, group):
        for status in ("Hot", "Cold", "Hot", ""):
            BuyingGroupFactory(status=status)

        assert client.get(to(BuyingGroup, "status", group.pk)).context["statuses"] == ["Cold", "Hot"]


@pytest.mark.parametrize("page", ["stage", "status"])
def test_is_for_who_may_change_groups(client_with, to, group, page):
    url = to(BuyingGroup, page, group.pk)

    for permissions in (
        ["view_buyinggroup"],
        ["view_buyinggroup", "edit_members_buyinggroup"],
        ["change_buyinggroup"],
    ):
        assert client_with(*permissions).get(url).status_code == 403
        assert client_with(*permissions).post(url, {"status": "Hot"}).status_code == 403
    assert client_with("view_buyinggroup", "change_buyinggroup").get(url).status_code == 200
    assert BuyingGroup.objects.get().status == ""
