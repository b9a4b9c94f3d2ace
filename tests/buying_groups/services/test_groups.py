from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.models import AccountChange, Event, EventType
from buying_groups.models import BuyingGroup, Stage
from buying_groups.services import groups
from tests.factories import BuyingGroupFactory, SolutionInterestFactory, UserFactory
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    return SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())


@pytest.fixture
def group(crm):
    return BuyingGroupFactory(solution_interest=crm, account__name="Northwind")


def at(group, name) -> BuyingGroup:
    BuyingGroup.objects.filter(pk=group.pk).update(stage=stage(name))
    return group


class TestSetStage:
    def test_moves_the_group_by_a_member_of_staff(self, group, now):
        user = UserFactory()

        moved = groups.set_stage(group, stage("Awareness"), by=user, now=now)

        assert (moved.stage, moved.updated_at) == (stage("Awareness"), now)
        event = Event.objects.get()
        assert event.type_id == EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED
        assert (event.source, event.source_id) == (Event.Source.STAFF, user.pk)
        assert AccountChange.objects.get().account_id == group.account_id

    def test_refuses_a_move_that_is_not_allowed_and_says_which_are(self, group, now):
        with pytest.raises(Conflict) as refused:
            groups.set_stage(at(group, "Interest"), stage("Purchase"), by=None, now=now)

        assert refused.value.code == "transition_not_allowed"
        assert refused.value.message == (
            "“CRM for Northwind” cannot go from “Interest” to “Purchase”;"
            " it may go to “Consideration” or “Rejection”."
        )
        assert refused.value.allowed == ["Consideration", "Rejection"]
        assert BuyingGroup.objects.get().stage == stage("Interest")

    def test_refuses_a_first_stage_that_is_no_entry(self, group, now):
        with pytest.raises(Conflict, match="to “Intent” from no stage") as refused:
            groups.set_stage(group, stage("Intent"), by=None, now=now)

        assert refused.value.allowed == ["Awareness", "Interest"]

    def test_nothing_leads_on_from_success(self, group, now):
        with pytest.raises(Conflict, match="it may go nowhere from there"):
            groups.set_stage(at(group, "Purchase"), stage("Intent"), by=None, now=now)

    def test_the_same_stage_is_no_change(self, group, now):
        same = groups.set_stage(at(group, "Intent"), stage("Intent"), by=None, now=now)

        assert same.updated_at == group.updated_at
        assert (Event.objects.count(), AccountChange.objects.count()) == (0, 0)

    def test_refuses_without_a_stage_model(self, crm, now):
        plain = BuyingGroupFactory(solution_interest=SolutionInterestFactory(name="Plain"))

        with pytest.raises(Conflict, match="“Plain” has no stage model") as refused:
            groups.set_stage(plain, stage("Awareness"), by=None, now=now)
        assert refused.value.code == "no_stage_model"

    def test_refuses_a_stage_that_is_gone(self, group, now):
        with pytest.raises(Invalid, match="no stage of this group's stage model"):
            groups.set_stage(group, Stage(pk=0, name="Gone"), by=None, now=now)

    def test_needs_the_permission(self, group, now):
        with pytest.raises(PermissionDenied):
            groups.set_stage(group, stage("Awareness"), by=UserFactory(is_superuser=False), now=now)

    def test_a_group_that_was_deleted_is_gone(self, group, now):
        seen = BuyingGroup.objects.get()
        group.delete()

        with pytest.raises(Conflict) as refused:
            groups.set_stage(seen, stage("Awareness"), by=None, now=now)
        assert refused.value.code == "gone"


class TestNextStages:
    @pytest.mark.parametrize(
        ("here", "there"),
        [
            (None, ["Awareness", "Interest"]), ("Awareness", ["Interest", "Consideration"]), ("Purchase", []),
        ],
    )  # fmt: skip
    def test_are_those_that_can_be_set(self, group, here, there):
        current = BuyingGroup.objects.get(pk=(at(group, here) if here else group).pk)

        assert [found.name for found in groups.next_stages(current)] == there

    def test_are_none_without_a_stage_model(self):
        assert groups.next_stages(BuyingGroupFactory()) == []


class TestSetStatus:
    def test_sets_the_text_by_a_member_of_staff(self, group, now):
        user = UserFactory()

        changed = groups.set_status(group, " Contacted ", by=user, now=now)

        assert changed.status == "Contacted"
        event = Event.objects.get()
        assert (event.payload["old"], event.payload["new"]) == (None, "Contacted")
        assert (event.source, event.source_id) == (Event.Source.STAFF, user.pk)
        assert AccountChange.objects.get().account_id == group.account_id

    def test_the_empty_text_takes_it_away(self, group, now):
        groups.set_status(group, "Contacted", by=None, now=now)

        assert groups.set_status(group, " ", by=None, now=now).status == ""
        assert Event.objects.order_by("-id")[0].payload["new"] is None

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [("x" * 51, "Status has 51 characters; at most 50 fit."), (5, "Status must be text.")],
    )
    def test_refuses_what_is_no_status(self, group, now, wrong, said):
        with pytest.raises(Invalid, match=said):
            groups.set_status(group, wrong, by=None, now=now)

    def test_needs_the_permission(self, group, now):
        with pytest.raises(PermissionDenied):
            groups.set_status(group, "Cold", by=UserFactory(is_superuser=False), now=now)
