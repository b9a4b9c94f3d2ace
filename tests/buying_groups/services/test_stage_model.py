"""The stage model: every rule of spec 3.7 and reference 9.1."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from buying_groups.models import Stage, StageModel, StageMove
from buying_groups.services import stage_model
from buying_groups.services.model_stages import as_given
from tests.factories import AccountListFactory, SolutionInterestFactory, UserFactory
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db


def stage(name: str, *leads_to: str, **given) -> dict:
    return {"name": name, "leads_to": list(leads_to), **given}


def entry(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, is_entry=True)


def success(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="success")


def failure(name: str, *leads_to: str) -> dict:
    return stage(name, *leads_to, outcome="failure")


# As few as a model can have.
SMALL = [entry("Open", "Won"), success("Won")]


@pytest.fixture
def create(now):
    return lambda *stages, **how: stage_model.create(
        **{"name": "Stages", "stages": list(stages), "by": None, "now": now, **how}
    )


@pytest.fixture
def said(create):
    """Why a model of these stages cannot be published: (pointer, code)."""
    return lambda *stages: [
        (finding.pointer, finding.code) for finding in stage_model.problems(create(*stages))
    ]


@pytest.fixture
def refused(create):
    """What is wrong in itself with these stages: (pointer, code)."""

    def do(*stages):
        with pytest.raises(Invalid) as refused:
            create(*stages)
        return [(finding.pointer, finding.code) for finding in refused.value.findings]

    return do


class TestCreate:
    def test_makes_a_draft_with_its_stages_and_moves(self, create, now):
        user = UserFactory()

        model = create(
            entry(" Open ", "won", "Lost"),
            success("Won"),
            failure("Lost"),
            description=" How we sell ",
            by=user,
        )

        assert (model.name, model.description, model.status) == ("Stages", "How we sell", "draft")
        assert (model.created_at, model.created_by) == (now, user)
        assert as_given(model) == [
            {"name": "Open", "description": "", "is_entry": True, "outcome": "", "leads_to": ["Won", "Lost"]},
            {"name": "Won", "description": "", "is_entry": False, "outcome": "success", "leads_to": []},
            {"name": "Lost", "description": "", "is_entry": False, "outcome": "failure", "leads_to": []},
        ]
        assert list(model.stages.order_by("position").values_list("position", flat=True)) == [1, 2, 3]

    def test_there_is_one(self, create):
        create()

        with pytest.raises(Conflict, match="There is a stage model already") as found:
            create(name="Another")
        assert found.value.code == "exists"

    def test_may_begin_without_stages(self, create):
        assert as_given(create()) == []

    def test_needs_a_name(self, create):
        with pytest.raises(Invalid, match="A name is needed"):
            create(name=" ")

    def test_needs_the_permission(self, create):
        with pytest.raises(PermissionDenied):
            create(by=UserFactory(is_superuser=False))


class TestWrongInItself:
    """What no draft keeps."""

    def test_two_stages_of_one_name(self, refused):
        """Reference U 3."""
        assert refused(stage("Open"), stage("open ")) == [("/stages/1/name", "twice")]

    def test_a_stage_without_a_name(self, refused):
        assert refused(stage(" "), {"outcome": ""}) == [
            ("/stages/0/name", "empty_value"), ("/stages/1/name", "wrong_value"),
        ]  # fmt: skip

    def test_a_move_to_itself(self, refused):
        assert refused(stage("Open", "OPEN")) == [("/stages/0/leads_to/0", "to_itself")]

    def test_a_move_to_a_stage_that_is_not_there(self, refused):
        assert refused(stage("Open", "Won", 5)) == [
            ("/stages/0/leads_to/0", "not_found"), ("/stages/0/leads_to/1", "not_found"),
        ]  # fmt: skip

    def test_two_success_stages(self, refused):
        assert refused(success("Won"), success("Sold"), success("Paid")) == [
            ("/stages/1/outcome", "second_success"), ("/stages/2/outcome", "second_success"),
        ]  # fmt: skip

    def test_a_success_stage_that_is_an_entry(self, refused):
        assert refused(stage("Won", is_entry=True, outcome="success")) == [
            ("/stages/0/is_entry", "success_is_entry")
        ]

    def test_a_stage_that_is_success_and_failure_cannot_be_said(self, refused):
        assert refused(stage("End", outcome="success,failure"), stage("Other", outcome=None)) == [
            ("/stages/0/outcome", "wrong_value"), ("/stages/1/outcome", "wrong_value"),
        ]  # fmt: skip

    def test_values_of_another_type(self, refused):
        assert refused("Open", stage("A", is_entry=1), {"name": "B", "leads_to": "A"}, stage("C", color="red")) == [
            ("/stages/0", "wrong_type"), ("/stages/1/is_entry", "wrong_type"),
            ("/stages/2/leads_to", "wrong_type"), ("/stages/3/color", "unknown_field"),
        ]  # fmt: skip

    def test_texts_that_are_too_long(self, refused):
        assert refused(stage("x" * 101), stage("A", description="x" * 2001)) == [
            ("/stages/0/name", "wrong_value"), ("/stages/1/description", "wrong_value"),
        ]  # fmt: skip

    def test_more_stages_than_fifty(self, refused):
        assert refused(*[stage(f"S{n}") for n in range(51)]) == [("/stages", "too_many")]

    def test_no_list(self, create):
        with pytest.raises(Invalid, match="are a list"):
            create(stages={"Open": {}})


class TestProblems:
    """What keeps a draft from being published."""

    def test_none_of_the_example(self):
        """The graph of reference 9.1: two entries, branches, a failure."""
        assert stage_model.problems(StageModelFactory(status="draft")) == []

    def test_none_of_the_smallest(self, said):
        assert said(*SMALL) == []

    def test_at_least_one_entry(self, said):
        assert said(stage("Open", "Won"), success("Won")) == [("/stages", "no_entry")]

    def test_exactly_one_success(self, said):
        assert said(entry("Open", "Lost"), failure("Lost")) == [("/stages", "no_success")]

    def test_every_other_stage_leads_on(self, said):
        assert said(entry("Open", "Won", "Stuck"), stage("Stuck"), success("Won")) == [
            ("/stages/1/leads_to", "no_way_out")
        ]

    def test_a_failure_stage_need_not_lead_on(self, said):
        assert said(entry("Open", "Won", "Lost"), success("Won"), failure("Lost")) == []

    def test_a_failure_stage_may_lead_on(self, said):
        assert said(entry("Open", "Won", "Lost"), success("Won"), failure("Lost", "Open")) == []

    def test_there_may_be_several_failure_stages_and_none(self, said):
        stages = [entry("Open", "Won", "Lost", "Gone"), success("Won"), failure("Lost"), failure("Gone")]

        assert said(*stages) == []

    def test_success_leads_nowhere(self, said):
        assert said(entry("Open", "Won"), success("Won", "Open")) == [
            ("/stages/1/leads_to", "success_leads_on")
        ]

    def test_success_is_reached_from_every_entry(self, said):
        assert said(
            entry("Open", "Talk"), entry("Side", "Round"), stage("Round", "Side"), stage("Talk", "Won"),
            success("Won"),
        ) == [("/stages/1/leads_to", "success_not_reached")]  # fmt: skip

    def test_success_may_be_reached_over_a_failure_and_in_circles(self, said):
        assert said(
            entry("Open", "Lost", "Talk"), stage("Talk", "Open"), failure("Lost", "Won"), success("Won")
        ) == []  # fmt: skip

    def test_a_model_without_stages_lacks_both(self, said):
        assert said() == [("/stages", "no_entry"), ("/stages", "no_success")]


class TestEdit:
    @pytest.fixture
    def model(self, create):
        return create(entry("Open", "Talk"), stage("Talk", "Won"), success("Won"))

    @pytest.fixture
    def edit(self, model, now):
        return lambda *stages, **how: stage_model.set_stages(
            model, list(stages), **{"by": None, "now": now, **how}
        )

    def test_sets_all_stages_and_moves_at_once(self, model, edit):
        edit(success("Won"), entry("Open", "Won"), failure("Lost"))

        assert [(given["name"], given["leads_to"]) for given in as_given(model)] == [
            ("Won", []), ("Open", ["Won"]), ("Lost", []),
        ]  # fmt: skip
        assert StageMove.objects.count() == 1

    def test_a_saved_stage_can_be_taken_out_of_a_draft(self, model, edit):
        """Reference 9.1 knows no way back; here a draft is a draft."""
        edit(*SMALL)

        assert set(Stage.objects.values_list("name", flat=True)) == {"Open", "Won"}

    def test_a_stage_stays_the_same_under_its_name(self, model, edit):
        before = dict(Stage.objects.values_list("name", "pk"))

        edit(entry("OPEN", "Won"), success("Won"))

        assert dict(Stage.objects.values_list("name", "pk")) == {"OPEN": before["Open"], "Won": before["Won"]}

    def test_another_stage_can_be_the_success(self, model, edit):
        edit(success("Open"), entry("Talk", "Open"), failure("Won"))

        assert stage_model.problems(model) == []

    def test_the_description_changes_alone(self, model, now):
        before = as_given(model)

        edited = stage_model.edit(model, description="Ours", by=None, now=now)

        assert (edited.description, edited.updated_at, as_given(model)) == ("Ours", now, before)

    def test_the_name_stays(self, model, now):
        assert stage_model.edit(model, name=" Stages ", by=None, now=now).name == "Stages"

        with pytest.raises(Invalid, match="called “Stages” for good"):
            stage_model.edit(model, name="Other", by=None, now=now)

    def test_is_refused_when_somebody_has_changed_it(self, edit, now):
        with pytest.raises(Stale):
            edit(*SMALL, unchanged_since=now - timedelta(days=1))

    def test_needs_the_permission(self, edit):
        with pytest.raises(PermissionDenied):
            edit(*SMALL, by=UserFactory(is_superuser=False))

    def test_a_live_model_is_frozen(self, now):
        model = StageModelFactory()
        before = as_given(model)

        for change in ({"stages": SMALL}, {"description": "Other"}):
            with pytest.raises(Conflict, match="its stages are frozen") as refused:
                stage_model.edit(model, **change, by=None, now=now)
            assert refused.value.code == "live"
        assert as_given(model) == before


class TestPublish:
    def test_makes_it_live(self, create, now):
        user = UserFactory()

        published = stage_model.publish(create(*SMALL), by=user, now=now)

        assert published.status == "live"
        assert (published.published_at, published.published_by) == (now, user)

    def test_refuses_with_each_problem(self, create, now):
        with pytest.raises(Invalid) as refused:
            stage_model.publish(create(stage("Open")), by=None, now=now)

        assert [finding.code for finding in refused.value.findings] == [
            "no_entry",
            "no_success",
            "no_way_out",
        ]
        assert StageModel.objects.get().status == "draft"

    def test_happens_once(self, now):
        with pytest.raises(Conflict) as refused:
            stage_model.publish(StageModelFactory(), by=None, now=now)

        assert refused.value.code == "not_draft"

    def test_needs_a_permission_of_its_own(self, create, now):
        with pytest.raises(PermissionDenied, match="publish_stagemodel"):
            stage_model.publish(create(*SMALL), by=UserFactory(is_superuser=False), now=now)


class TestDelete:
    @pytest.mark.parametrize("status", StageModel.Status.values)
    def test_takes_draft_and_live_with_their_stages(self, status, now, create):
        stage_model.delete(StageModelFactory(status=status), by=None)

        assert (StageModel.objects.count(), Stage.objects.count()) == (0, 0)
        assert create(*SMALL).name == "Stages"

    def test_only_while_no_solution_interest_uses_it(self):
        model = StageModelFactory()
        SolutionInterestFactory(name="CRM", stage_model=model)

        with pytest.raises(Conflict, match="“Stages” is used by solution interest CRM") as refused:
            stage_model.delete(model, by=None)
        assert refused.value.code == "in_use"

    def test_only_while_no_condition_names_a_stage_of_it(self):
        model = StageModelFactory()
        stage = model.stages.get(name="Intent")
        AccountListFactory(name="Hot", type="dynamic", condition={"match": "all", "filters": [{
            "field": "account.matched_buying_group", "operator": "is",
            "value": {"match": "all", "filters": [{
                "field": "stage", "operator": "is", "value": [{"id": stage.pk, "name": "Intent"}],
            }]},
        }]})  # fmt: skip

        with pytest.raises(Conflict, match="list Hot"):
            stage_model.delete(model, by=None)

    def test_what_is_gone_is_gone(self):
        model = StageModelFactory()
        stage_model.delete(model, by=None)

        stage_model.delete(model, by=None)

    def test_needs_the_permission(self):
        with pytest.raises(PermissionDenied):
            stage_model.delete(StageModelFactory(), by=UserFactory(is_superuser=False))
