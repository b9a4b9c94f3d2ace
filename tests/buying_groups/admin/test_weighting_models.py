"""Weighting models: the list, a model to read or to edit, duplicating, activating, deleting."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import EventType
from buying_groups.models import WeightingModel
from tests.factories.weighting import WeightingModelFactory, active_model

pytestmark = pytest.mark.django_db
CLICK, FORM = EventType.BuiltIn.EMAIL_CLICKED, EventType.BuiltIn.FORM_FILLED
VIEW, CHANGE = "view_weightingmodel", "change_weightingmodel"


@pytest.fixture
def draft() -> WeightingModel:
    return WeightingModelFactory(name="Mine", weights={CLICK: "Low"})


def sent(page: Any, **changed: Any) -> dict[str, Any]:
    """What the browser sends of the form; `changed`: names of inputs, None for what is not sent."""
    weights = page.context["weights"]
    given: dict[str, Any] = {"seen": page.context["seen"]}
    for band in weights.bands:
        given |= {f"band-{band.key}-name": band.name, f"band-{band.key}-value": band.value}
    given |= {f"weight-{activity.pk}": key for activity, key in weights.rows()}
    given |= changed
    return {key: value for key, value in given.items() if value is not None}


def key(model: WeightingModel, band: str) -> str:
    return str(model.bands.get(name=band).pk)


def bands_of(model: WeightingModel) -> dict[str, int]:
    return dict(model.bands.order_by("value").values_list("name", "value"))


@pytest.fixture
def edit(client, to, draft):
    def act(**changed: Any) -> Any:
        url = to(WeightingModel, "change", draft.pk)
        return client.post(url, sent(client.get(url), **changed))

    return act


class TestList:
    def test_names_them_with_their_status_and_how_many_activities_count(self, client, to, draft):
        page = client.get(to(WeightingModel, "changelist"))

        rows = {row.name: row.used_count for row in page.context["cl"].result_list}
        assert rows == {"Mine": 1, active_model().name: 8}
        assert to(WeightingModel, "duplicate", active_model().pk) in page.text

    def test_nothing_is_added_but_by_duplicating(self, client, client_with, to):
        assert client.get(to(WeightingModel, "add")).status_code == 403
        page = client_with(VIEW).get(to(WeightingModel, "changelist"))
        assert to(WeightingModel, "duplicate", active_model().pk) not in page.text

    def test_makes_no_more_queries_for_more_models(self, client, to, count_queries):
        url = to(WeightingModel, "changelist")
        client.get(url)
        few = count_queries(lambda: client.get(url))
        WeightingModelFactory.create_batch(9, weights={CLICK: "Low"})

        assert count_queries(lambda: client.get(url)) == few

    def test_is_exported(self, client, to, draft):
        lines = client.get(to(WeightingModel, "export")).getvalue().decode().splitlines()

        assert lines[0] == "name,status,activities,created_at,updated_at,activated_at"
        assert any(line.startswith("Mine,draft,1,") for line in lines)


class TestPage:
    def test_the_active_one_is_to_read(self, client, to):
        page = client.get(to(WeightingModel, "change", active_model().pk))

        assert page.context["weights"] is None
        assert "Trivial <span" in page.text
        assert "duplicate it, change the duplicate" in page.text

    def test_sending_what_was_shown_changes_nothing(self, edit, draft):
        before = (bands_of(draft), list(draft.weights.values("event_type_id", "band__name")))

        assert edit().status_code == 302

        assert (bands_of(draft), list(draft.weights.values("event_type_id", "band__name"))) == before

    def test_saves_bands_and_weights(self, edit, draft):
        low, high = key(draft, "Low"), key(draft, "High")

        edit(**{
            f"band-{low}-name": "Little", f"band-{low}-value": "5", "band-new-name": "Huge", "band-new-value": "100",
            f"weight-{FORM.value}": high,
        })  # fmt: skip

        assert bands_of(draft) == {"Little": 5, "High": 80, "Huge": 100}
        assert dict(draft.weights.values_list("event_type_id", "band__name")) == {
            CLICK: "Little", FORM: "High",
        }  # fmt: skip

    def test_an_activity_can_be_taken_out_and_its_band_removed_at_once(self, edit, draft):
        edit(**{f"weight-{CLICK.value}": "", f"band-{key(draft, 'Low')}-remove": "on"})

        assert bands_of(draft) == {"High": 80}
        assert not draft.weights.exists()

    def test_a_band_in_use_stays_and_what_uses_it_is_said(self, edit, draft):
        page = edit(**{f"band-{key(draft, 'Low')}-remove": "on"})

        assert page.status_code == 400
        assert "The band “Low” cannot go while an activity is in it." in page.text
        assert bands_of(draft) == {"Low": 20, "High": 80}

    def test_says_what_is_wrong_at_its_band_and_keeps_what_was_typed(self, edit, draft):
        page = edit(**{
            f"band-{key(draft, 'Low')}-value": "two", "band-new-name": "low", "band-new-value": "9" * 5000,
        })  # fmt: skip

        low, _, new = page.context["weights"].bands
        assert page.status_code == 400
        assert (low.value, low.errors) == ("two", {"value": "A value is a whole number from 0 to 100."})
        assert set(new.errors) == {"name", "value"}

    def test_refuses_what_somebody_else_has_saved_meanwhile(self, client, to, draft, now):
        url = to(WeightingModel, "change", draft.pk)
        old = sent(client.get(url))
        WeightingModel.objects.filter(pk=draft.pk).update(updated_at=now)

        answer = client.post(url, old)

        assert answer.status_code == 400
        assert "in between" in answer.context["form"].non_field_errors()[0]

    def test_is_edited_by_who_may_change_only(self, client_with, to, draft):
        url = to(WeightingModel, "change", draft.pk)
        viewer = client_with(VIEW)

        assert viewer.get(url).context["weights"] is None
        assert viewer.post(url, {}).status_code == 403
        assert client_with("view_role").get(url).status_code == 403


class TestDialogs:
    def test_duplicating_opens_the_draft(self, client, to, said):
        url = to(WeightingModel, "duplicate", active_model().pk)
        name = client.get(url).context["form"]["name"].value()

        answer = client.post(url, {"name": name}, follow=True)

        assert said(answer) == [f"“Copy of {active_model().name}” is a draft."]
        assert answer.context["object"].status == "draft"

    def test_duplicating_refuses_a_name_that_is_taken(self, client, to, draft):
        answer = client.post(to(WeightingModel, "duplicate", draft.pk), {"name": "MINE"})

        assert answer.status_code == 400
        assert "A weighting model of this name exists." in answer.text

    def test_activating_says_what_is_archived_and_does_it(self, client, to, draft, said):
        former = active_model()
        url = to(WeightingModel, "activate", draft.pk)
        assert f"“{former.name}” is archived" in client.get(url).text

        answer = client.post(url, follow=True)

        assert said(answer) == ["“Mine” is active."]
        assert active_model() == draft
        assert "It was active before" in client.get(to(WeightingModel, "change", former.pk)).text

    def test_deleting_takes_a_draft(self, client, to, draft, said):
        answer = client.post(to(WeightingModel, "delete", draft.pk), follow=True)

        assert said(answer) == ["“Mine” is deleted."]
        assert not WeightingModel.objects.filter(pk=draft.pk).exists()

    @pytest.mark.parametrize("page", ["activate", "delete"])
    def test_what_is_no_draft_stays(self, client, to, page):
        url = to(WeightingModel, page, active_model().pk)

        assert "It is no draft any more" in client.get(url).text
        client.post(url)
        assert active_model().status == "active"

    @pytest.mark.parametrize("page", ["duplicate", "activate", "delete"])
    def test_each_needs_its_permission(self, client_with, to, draft, page):
        assert client_with(VIEW).get(to(WeightingModel, page, draft.pk)).status_code == 403
