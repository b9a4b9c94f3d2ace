"""Solution interests: one live template for ever, a stage model that may come and go (spec 3.4, reference 6.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.models import AccountChange, Event, EventType
from buying_groups.models import BuyingGroup, CreationJob, JobRun, SolutionInterest, StageModel
from buying_groups.services import solution_interests, stage_model
from journeys.models import Journey
from tests.factories import (
    AccountListFactory,
    AudienceFactory,
    BuyingGroupFactory,
    JourneyFactory,
    RoleTemplateFactory,
    SolutionInterestFactory,
)
from tests.factories.api import user_with
from tests.factories.journeys import map_that_acts, publish
from tests.factories.stages import StageModelFactory, stage

pytestmark = pytest.mark.django_db


def faults(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {finding.pointer: finding.code for finding in error.value.findings}


class TestCreate:
    def test_makes_an_interest_that_leaves_groups_alone(self, staff, now):
        template = RoleTemplateFactory()

        made = solution_interests.create(
            name=" CRM ", description=" x ", template=template, by=staff, now=now
        )

        made = SolutionInterest.objects.get(pk=made.pk)
        assert (made.name, made.description, made.template, made.stage_model) == ("CRM", "x", template, None)
        assert (made.updates_groups, made.created_by, made.created_at, made.updated_at) == (
            False,
            staff,
            now,
            now,
        )

    def test_may_have_a_stage_model_and_update_groups(self, now):
        model = StageModelFactory()

        made = solution_interests.create(
            name="CRM",
            template=RoleTemplateFactory(),
            stage_model=model,
            updates_groups=True,
            by=None,
            now=now,
        )

        assert (made.stage_model, made.updates_groups) == (model, True)

    def test_what_it_uses_must_be_live(self, now):
        template, model = RoleTemplateFactory(status="draft"), StageModelFactory(status="draft")

        with pytest.raises(Invalid) as error:
            solution_interests.create(name="CRM", template=template, stage_model=model, by=None, now=now)

        assert faults(error) == {"/template": "not_live", "/stage_model": "not_live"}

    def test_a_template_that_is_deleted_meanwhile_is_gone(self, now):
        template = RoleTemplateFactory()
        type(template).objects.filter(pk=template.pk).delete()

        with pytest.raises(Conflict) as error:
            solution_interests.create(name="CRM", template=template, by=None, now=now)

        assert error.value.code == "gone"

    @pytest.mark.parametrize("name", ["", "x" * 201, "crm"])
    def test_refuses_a_name_that_is_none_or_taken(self, now, name):
        SolutionInterestFactory(name="CRM")

        with pytest.raises(Invalid) as error:
            solution_interests.create(name=name, template=RoleTemplateFactory(), by=None, now=now)

        assert list(faults(error)) == ["/name"]

    def test_needs_the_permission(self, someone, now):
        template = RoleTemplateFactory()
        with pytest.raises(PermissionDenied):
            solution_interests.create(name="A", template=template, by=someone, now=now)
        allowed = user_with("buying_groups.add_solutioninterest")
        assert solution_interests.create(name="A", template=template, by=allowed, now=now).pk


class TestEdit:
    def test_changes_what_is_given(self, staff, now):
        interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())

        solution_interests.edit(interest, description="new", updates_groups=True, by=staff, now=now)
        edited = solution_interests.edit(interest, name="Sales", by=staff, now=now)

        assert (edited.name, edited.description, edited.updates_groups) == ("Sales", "new", True)
        assert (edited.stage_model, edited.updated_at) == (interest.stage_model, now)

    def test_takes_a_live_stage_model_at_any_time(self, now):
        interest, group = SolutionInterestFactory(), BuyingGroupFactory()
        StageModelFactory(status="draft")
        with pytest.raises(Invalid) as error:
            solution_interests.edit(interest, stage_model=StageModel.objects.get(), by=None, now=now)
        assert faults(error) == {"/stage_model": "not_live"}
        StageModel.objects.all().delete()

        edited = solution_interests.edit(interest, stage_model=StageModelFactory(), by=None, now=now)

        assert edited.stage_model
        assert BuyingGroup.objects.get().updated_at == group.updated_at

    def test_is_refused_when_somebody_has_changed_it_since(self, now):
        interest = SolutionInterestFactory()
        solution_interests.edit(interest, name="A", by=None, now=now)

        with pytest.raises(Stale):
            solution_interests.edit(
                interest, name="B", by=None, now=now, unchanged_since=now - timedelta(hours=1)
            )

    def test_needs_the_permission(self, someone, now):
        interest = SolutionInterestFactory()
        with pytest.raises(PermissionDenied):
            solution_interests.edit(interest, name="A", by=someone, now=now)
        solution_interests.edit(
            interest, name="A", by=user_with("buying_groups.change_solutioninterest"), now=now
        )


class TestDetachingTheStageModel:
    @pytest.fixture
    def interest(self) -> SolutionInterest:
        return SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())

    def test_leaves_its_groups_without_a_stage_each_with_its_event(self, interest, staff, now):
        here, there = stage("Interest"), stage("Rejection")
        one = BuyingGroupFactory(solution_interest=interest, stage=here)
        two = BuyingGroupFactory(solution_interest=interest, stage=there)
        blank = BuyingGroupFactory(solution_interest=interest)
        elsewhere = BuyingGroupFactory(solution_interest__stage_model=interest.stage_model, stage=here)

        edited = solution_interests.edit(interest, stage_model=None, by=staff, now=now)

        assert edited.stage_model is None
        found = dict(BuyingGroup.objects.values_list("pk", "stage"))
        assert found == {one.pk: None, two.pk: None, blank.pk: None, elsewhere.pk: here.pk}
        assert set(BuyingGroup.objects.filter(updated_at=now).values_list("pk", flat=True)) == {
            one.pk,
            two.pk,
        }
        events = Event.objects.filter(type_id=EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED).order_by(
            "account_id"
        )
        assert [(event.account_id, event.payload, event.source_id) for event in events] == [
            (
                group.account_id,
                {
                    "group": group.pk, "solution_interest": interest.pk, "name": "CRM",
                    "old": was.name, "new": None, "old_id": was.pk, "new_id": None,
                },
                staff.pk,
            )
            for group, was in ((one, here), (two, there))
        ]  # fmt: skip
        marked = AccountChange.objects.values_list("account_id", flat=True)
        assert sorted(marked) == sorted([one.account_id, two.account_id])

    def test_saving_the_same_model_again_takes_no_stage(self, interest, now):
        group = BuyingGroupFactory(solution_interest=interest, stage=stage("Interest"))

        solution_interests.edit(interest, stage_model=interest.stage_model, by=None, now=now)

        assert BuyingGroup.objects.get(pk=group.pk).stage == stage("Interest")
        assert not Event.objects.exists()

    def test_takes_as_many_statements_for_many_groups_as_for_one(self, now, count_queries):
        model = StageModelFactory()
        small, large = SolutionInterestFactory.create_batch(2, stage_model=model)
        BuyingGroupFactory(solution_interest=small, stage=stage("Interest"))
        BuyingGroupFactory.create_batch(12, solution_interest=large, stage=stage("Interest"))

        def detach(interest: SolutionInterest) -> int:
            return count_queries(
                lambda: solution_interests.edit(interest, stage_model=None, by=None, now=now)
            )

        assert detach(small) == detach(large)

    @pytest.fixture
    def many(self, interest, monkeypatch) -> SolutionInterest:
        """With more groups than one batch."""
        monkeypatch.setattr(solution_interests, "BATCH", 2)
        BuyingGroupFactory.create_batch(3, solution_interest=interest, stage=stage("Interest"))
        return interest

    def test_from_many_groups_is_for_a_run_on_record(self, many, staff, now):
        edited = solution_interests.edit(many, stage_model=None, by=staff, now=now)

        assert edited.stage_model is None
        assert BuyingGroup.objects.exclude(stage=None).count() == 3
        run = JobRun.objects.get()
        assert (run.kind, run.solution_interest, run.asked_by) == ("stages", many, staff)
        assert (run.status, run.queued_at) == ("queued", now)

    def test_no_model_can_be_taken_while_such_a_run_is_open(self, many, now):
        model = many.stage_model
        edited = solution_interests.edit(many, stage_model=None, by=None, now=now)

        with pytest.raises(Conflict) as error:
            solution_interests.edit(edited, stage_model=model, by=None, now=now)
        assert error.value.code == "busy"
        assert solution_interests.edit(edited, name="Other", by=None, now=now).name == "Other"

        JobRun.objects.update(status="done")
        assert solution_interests.edit(edited, stage_model=model, by=None, now=now).stage_model == model

    def test_the_model_stays_until_the_groups_have_lost_their_stages(self, many, now):
        model = many.stage_model
        solution_interests.edit(many, stage_model=None, by=None, now=now)

        with pytest.raises(Conflict) as error:
            stage_model.delete(model, by=None)
        assert "buying groups that are still to lose their stage" in error.value.message

        BuyingGroup.objects.update(stage=None)
        stage_model.delete(model, by=None)


class TestDelete:
    def test_deletes_one_that_nobody_uses_and_twice_is_no_error(self):
        interest = SolutionInterestFactory()

        solution_interests.delete(interest, by=None)
        solution_interests.delete(interest, by=None)

        assert not SolutionInterest.objects.exists()

    def test_is_refused_while_groups_or_creation_jobs_use_it_and_names_them(self, now):
        interest = SolutionInterestFactory(name="CRM")
        BuyingGroupFactory.create_batch(2, solution_interest=interest)
        CreationJob.objects.create(
            solution_interest=interest, audience=AudienceFactory(name="Banks"), created_at=now
        )
        CreationJob.objects.create(
            solution_interest=interest, account_list=AccountListFactory(name="Fair"), created_at=now
        )

        with pytest.raises(Conflict) as error:
            solution_interests.delete(interest, by=None)

        assert error.value.code == "in_use"
        assert error.value.message == (
            "“CRM” is used by 2 buying groups, the creation job from Banks, the creation job from Fair."
            f" {solution_interests.staying(interest)}"
        )
        assert "only with their accounts" in solution_interests.staying(interest)

    def test_needs_the_permission(self, someone):
        interest = SolutionInterestFactory()
        with pytest.raises(PermissionDenied):
            solution_interests.delete(interest, by=someone)
        solution_interests.delete(interest, by=user_with("buying_groups.delete_solutioninterest"))

    def test_is_refused_while_a_published_journey_uses_it_and_names_it(self, now):
        interest = SolutionInterestFactory(name="CRM")
        journey = publish(journey_that_sets_a_status("CRM"), now=now)

        with pytest.raises(Conflict) as error:
            solution_interests.delete(interest, by=None)

        assert error.value.message == f"“CRM” is used by journey {journey.name}."
        assert not solution_interests.used_by(interest)


def journey_that_sets_a_status(interest: str) -> Journey:
    settings = {"solution_interest": interest, "status": "Open"}
    nodes = map_that_acts(AccountListFactory().name, "update_buying_group_status", settings)
    made: Journey = JourneyFactory(nodes=nodes)
    return made
