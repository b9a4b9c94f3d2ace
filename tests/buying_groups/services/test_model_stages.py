"""The stages of the model: what is wrong in itself, and every rule of spec 3.7 and reference 9.1."""

from __future__ import annotations

import pytest

from accounts.findings import Invalid
from buying_groups.services import stage_model
from tests.buying_groups.services.given_stages import SMALL, entry, failure, stage, success
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db


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
def warned(create):
    """What is worth a look in a model of these stages: (pointer, code)."""
    return lambda *stages: [
        (finding.pointer, finding.code) for finding in stage_model.warnings(create(*stages))
    ]


@pytest.fixture
def refused(create):
    """What is wrong in itself with these stages: (pointer, code)."""

    def do(*stages):
        with pytest.raises(Invalid) as refused:
            create(*stages)
        return [(finding.pointer, finding.code) for finding in refused.value.findings]

    return do


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


class TestWarnings:
    def test_name_each_stage_to_which_no_way_leads_from_an_entry(self, warned):
        assert warned(
            entry("A", "W"), stage("Orphan", "Child"), stage("Child", "W", "Orphan"), success("W"), failure("L"),
        ) == [(f"/stages/{i}", "not_reached") for i in (1, 2, 4)]  # fmt: skip

    def test_there_are_none_when_every_stage_is_reached(self, warned):
        assert warned(entry("A", "B"), stage("B", "W", "L"), success("W"), failure("L", "A")) == []

    def test_without_an_entry_there_is_a_problem_instead(self, warned):
        assert warned(stage("A", "W"), success("W")) == []

    def test_do_not_keep_it_from_being_published(self, create, now):
        model = create(entry("A", "W"), stage("Orphan", "W"), success("W"))
        [warning] = stage_model.warnings(model)
        assert "“Orphan”" in warning.message

        published = stage_model.publish(model, by=None, now=now)

        assert published.status == "live"
        assert stage_model.warnings(published) == []
