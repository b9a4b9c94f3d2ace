"""The Stages tab: the one model with its diagram, the editor of a draft, the dialogs."""

from __future__ import annotations

from typing import Any

import pytest

from buying_groups.models import StageModel
from buying_groups.services import stage_model
from buying_groups.services.model_stages import as_given
from tests.factories import SolutionInterestFactory
from tests.factories.stages import StageModelFactory

pytestmark = pytest.mark.django_db
VIEW, CHANGE = "view_stagemodel", "change_stagemodel"


@pytest.fixture
def home(to) -> str:
    return to(StageModel, "changelist")


@pytest.fixture
def draft(now) -> StageModel:
    stages = [
        {"name": "Open", "description": "New", "is_entry": True, "leads_to": ["Won", "Lost"]},
        {"name": "Won", "outcome": "success"}, {"name": "Lost", "outcome": "failure"},
    ]  # fmt: skip
    return stage_model.create(name="Sales", stages=stages, by=None, now=now)


def sent(page: Any, do: str = "save", **changed: Any) -> dict[str, Any]:
    """What the browser sends of the editor; `changed`: names of inputs, None for what is not sent."""
    rows = page.context["rows"]
    given: dict[str, Any] = {"do": do, "seen": page.context["seen"], "stage": [], "move": []}
    for row, boxes in rows.matrix():
        given["stage"].append(row.key)
        given["move"] += [box["value"] for box in boxes if box["checked"]]
        for bound in row.form:
            value = bound.value()
            if value not in (None, False):
                given[bound.html_name] = "on" if value is True else value
    given.update(changed)
    return {key: value for key, value in given.items() if value is not None}


@pytest.fixture
def edit(client, to, draft):
    def act(do: str = "save", **changed: Any) -> Any:
        url = to(StageModel, "change", draft.pk)
        return client.post(url, sent(client.get(url), do, **changed))

    return act


class TestHome:
    def test_without_a_model_offers_to_make_one(self, client, home, to):
        page = client.get(home)

        assert "No stage model yet" in page.text
        assert to(StageModel, "add") in page.text

    def test_offers_nothing_to_who_may_not_add(self, client_with, home, to):
        assert to(StageModel, "add") not in client_with(VIEW).get(home).text

    def test_is_forbidden_without_the_permission(self, client_with, home):
        assert client_with("view_role").get(home).status_code == 403

    def test_shows_the_one_model_with_its_diagram_and_table(self, client, home):
        StageModelFactory()

        page = client.get(home)

        assert "<svg" in page.text
        assert "<title>Interest → Rejection</title>" in page.text
        assert [stage["name"] for stage in page.context["stages"]][:2] == ["Awareness", "Interest"]
        assert "bg-stages" in page.text

    def test_makes_no_more_queries_for_more_stages(self, client, home, count_queries):
        client.get(home)
        StageModelFactory(moves={"Awareness": []})
        few = count_queries(lambda: client.get(home))
        StageModel.objects.all().delete()
        StageModelFactory()

        assert count_queries(lambda: client.get(home)) == few

    def test_a_live_one_says_that_it_is_frozen_and_who_uses_it(self, client, home):
        SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())

        page = client.get(home)

        assert "its stages and moves are frozen" in page.text
        assert page.context["rows"] is None
        assert [str(interest) for interest in page.context["interests"]] == ["CRM"]

    def test_names_are_shown_as_text(self, client, home, now):
        stage_model.create(
            name="A", stages=[{"name": "<b>Bold</b>", "leads_to": []}], by=None, now=now
        )  # fmt: skip

        assert "<b>Bold" not in client.get(home).text


class TestCreate:
    def test_begins_with_an_example_that_can_be_published(self, client, to, said):
        answer = client.post(to(StageModel, "add"), {"name": "Sales", "has_example": "on"}, follow=True)

        assert said(answer) == ["“Sales” is a draft."]
        assert answer.context["problems"] == []
        assert len(answer.context["rows"].rows) == 6

    def test_or_with_nothing(self, client, to):
        answer = client.post(to(StageModel, "add"), {"name": "Sales"}, follow=True)

        assert answer.context["rows"].rows == []
        assert "add the first stage" in answer.text

    def test_a_second_one_is_refused(self, client, to):
        StageModelFactory()

        answer = client.post(to(StageModel, "add"), {"name": "Other"})

        assert answer.status_code == 400
        assert "There is a stage model already" in answer.text

    def test_needs_the_permission(self, client_with, to):
        assert client_with(VIEW, CHANGE).get(to(StageModel, "add")).status_code == 403


class TestEditor:
    def test_sending_what_was_shown_changes_nothing(self, edit, draft):
        before = as_given(draft)

        assert edit().status_code == 302

        assert as_given(draft) == before

    def test_saves_names_entries_outcomes_and_moves(self, edit, draft):
        edit(**{
            "stage-0-name": "Begin", "stage-2-is_entry": "on", "stage-2-outcome": "", "move": ["0-2", "2-1"],
        })  # fmt: skip

        keys = ("name", "is_entry", "outcome", "leads_to")
        assert [tuple(given[key] for key in keys) for given in as_given(draft)] == [
            ("Begin", True, "", ["Lost"]), ("Won", False, "success", []), ("Lost", True, "", ["Won"]),
        ]  # fmt: skip

    def test_a_button_of_a_row_shows_the_form_anew_and_saves_nothing(self, edit, draft):
        before = as_given(draft)

        added = edit("add", **{"stage-0-name": "Typed"})
        removed = edit("remove-1")
        moved = edit("down-0")

        assert [row.name for row in added.context["rows"].rows] == ["Typed", "Won", "Lost", ""]
        assert added.context["rows"].fresh == "3"
        assert [row.name for row in removed.context["rows"].rows] == ["Open", "Lost"]
        assert [row.name for row in moved.context["rows"].rows] == ["Won", "Open", "Lost"]
        assert {"0-1", "0-2"} == {
            box["value"] for _, boxes in moved.context["rows"].matrix() for box in boxes if box["checked"]
        }
        assert [page.context["is_saved"] for page in (added, removed, moved)] == [False] * 3
        assert as_given(draft) == before

    def test_what_was_removed_is_gone_once_it_is_saved(self, client, to, draft, edit):
        page = edit("remove-2")

        client.post(to(StageModel, "change", draft.pk), sent(page))

        assert [given["name"] for given in as_given(draft)] == ["Open", "Won"]

    def test_says_what_is_wrong_at_its_stage_and_keeps_what_was_typed(self, edit, draft):
        page = edit(**{"stage-0-name": "won", "stage-2-name": "", "stage-1-is_entry": "on"})

        rows = page.context["rows"].rows
        assert page.status_code == 400
        assert rows[1].form.errors == {
            "name": ["A stage of this name exists."], "is_entry": ["The success stage cannot be an entry stage."],
        }  # fmt: skip
        assert rows[2].form.errors == {"name": ["A name is needed."]}
        assert [row.name for row in rows] == ["won", "Won", ""]
        assert "look at the stages that are marked" in page.text

    def test_refuses_what_somebody_else_has_saved_meanwhile(self, client, to, draft, now):
        url = to(StageModel, "change", draft.pk)
        old = sent(client.get(url))
        stage_model.edit(draft, description="Other", by=None, now=now.replace(hour=12))

        answer = client.post(url, old)

        assert answer.status_code == 400
        assert answer.context["form"].non_field_errors() == ["Somebody has changed “Sales” in between."]

    def test_shows_the_problems_of_what_is_saved(self, client, to, draft, now):
        stage_model.set_stages(draft, [{"name": "Open"}], by=None, now=now)

        page = client.get(to(StageModel, "change", draft.pk))

        assert len(page.context["problems"]) == 3
        assert "“Open” leads nowhere" in page.text

    @pytest.mark.parametrize("page", ["change", "publish"])
    def test_shows_what_is_worth_a_look_before_it_is_frozen(self, client, to, draft, now, page):
        given = [
            {"name": "Open", "is_entry": True, "leads_to": ["Won"]}, {"name": "Orphan", "leads_to": ["Won"]},
            {"name": "Won", "outcome": "success"},
        ]  # fmt: skip
        stage_model.set_stages(draft, given, by=None, now=now)

        shown = client.get(to(StageModel, page, draft.pk))

        assert shown.context["problems"] == []
        assert "No group can ever come to “Orphan”" in shown.text
        assert client.post(to(StageModel, "publish", draft.pk)).status_code == 302

    def test_is_there_for_who_may_change_only(self, client_with, to, draft):
        url = to(StageModel, "change", draft.pk)
        viewer = client_with(VIEW)

        assert viewer.get(url).context["rows"] is None
        assert viewer.post(url, {"do": "save"}).status_code == 403

    def test_what_is_sent_for_a_live_one_changes_nothing(self, client, to):
        model = StageModelFactory()
        before = as_given(model)

        assert client.post(to(StageModel, "change", model.pk), {"do": "save"}).status_code == 200
        assert as_given(model) == before

    @pytest.mark.parametrize(
        "wild",
        [
            {"stage": ["x", "-1", "9999", "²"], "do": "add"}, {"stage": ["0"] * 99, "move": ["0-0", "0", "a-b"]},
            {"do": "up-0", "stage": ["0"]}, {"do": "remove-77"}, {"do": "constructor"}, {"seen": "never", "stage": "1"},
        ],
    )  # fmt: skip
    def test_no_request_breaks_it(self, client, to, draft, wild):
        assert client.post(to(StageModel, "change", draft.pk), wild).status_code in (200, 302, 400)


class TestDialogs:
    def test_publishing_makes_it_live(self, client, to, draft, said):
        page = client.get(to(StageModel, "publish", draft.pk))
        assert "<svg" in page.text

        answer = client.post(to(StageModel, "publish", draft.pk), follow=True)

        assert said(answer) == ["“Sales” is live."]
        assert StageModel.objects.get().status == "live"

    def test_with_problems_there_is_nothing_to_press(self, client, to, draft, now):
        stage_model.set_stages(draft, [{"name": "Open"}], by=None, now=now)

        page = client.get(to(StageModel, "publish", draft.pk))

        assert "It cannot be published yet" in page.text
        assert "tl-primary" not in page.text.split("tl-modal-foot")[1]
        assert client.post(to(StageModel, "publish", draft.pk)).status_code == 409

    def test_publishing_needs_its_permission(self, client_with, to, draft):
        assert client_with(VIEW, CHANGE).get(to(StageModel, "publish", draft.pk)).status_code == 403

    def test_deleting_goes_back_to_the_empty_tab(self, client, to, draft):
        answer = client.post(to(StageModel, "delete", draft.pk), follow=True)

        assert "No stage model yet" in answer.text

    def test_deleting_says_what_uses_it(self, client, to):
        model = StageModelFactory()
        SolutionInterestFactory(name="CRM", stage_model=model)

        page = client.get(to(StageModel, "delete", model.pk))

        assert "solution interest CRM" in page.text
        client.post(to(StageModel, "delete", model.pk))
        assert StageModel.objects.exists()
