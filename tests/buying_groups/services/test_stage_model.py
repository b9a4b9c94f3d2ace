"""The stage model: made, edited, published, deleted (spec 3.7). The rules about its stages: test_model_stages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from buying_groups.models import Stage, StageModel, StageMove
from buying_groups.services import stage_model
from buying_groups.services.model_stages import as_given
from tests.buying_groups.services.given_stages import SMALL, entry, failure, stage, success
from tests.factories import AccountListFactory, SolutionInterestFactory, UserFactory
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def create(now):
    return lambda *stages, **how: stage_model.create(
        **{"name": "Stages", "stages": list(stages), "by": None, "now": now, **how}
    )


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
