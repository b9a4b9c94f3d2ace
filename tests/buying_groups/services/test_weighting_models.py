"""Weighting models: duplicate, edit, activate, delete, by their status (reference 8.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from accounts.models import EventType
from buying_groups.built_in import BANDS, WEIGHTS
from buying_groups.models import WeightingModel
from buying_groups.services import weighting_models
from tests.conftest import NO_ID
from tests.factories import UserFactory
from tests.factories.weighting import WeightingModelFactory, active_model

pytestmark = pytest.mark.django_db
CLICK, FORM, PAGE = (
    EventType.BuiltIn.EMAIL_CLICKED,
    EventType.BuiltIn.FORM_FILLED,
    EventType.BuiltIn.WEB_PAGE_VISITED,
)
Status = WeightingModel.Status


def bands_of(model) -> list[dict]:
    return list(model.bands.order_by("value").values("id", "name", "value"))


def values_of(model) -> dict[str, int]:
    return dict(model.bands.order_by("value").values_list("name", "value"))


def weights_of(model) -> dict[int, str]:
    return dict(model.weights.values_list("event_type_id", "band__name"))


def in_status(status: str, **given) -> WeightingModel:
    """A model of this status, the way models come to it."""
    if status == Status.ACTIVE:
        return active_model()
    model = WeightingModelFactory(**given)
    if status == Status.ARCHIVED:
        WeightingModel.objects.filter(pk=model.pk).update(status=Status.ARCHIVED)
        model = WeightingModel.objects.get(pk=model.pk)
    return model


class TestDuplicate:
    @pytest.mark.parametrize("status", Status.values)
    def test_makes_a_draft_of_a_model_of_any_status(self, now, status):
        copy = weighting_models.duplicate(in_status(status), name=" Mine ", by=None, now=now)

        assert (copy.name, copy.status, copy.created_at, copy.activated_at) == ("Mine", "draft", now, None)

    def test_has_the_bands_and_weights_of_the_other_as_its_own(self, now):
        user = UserFactory()

        copy = weighting_models.duplicate(active_model(), name="Mine", by=user, now=now)

        assert values_of(copy) == dict(sorted(BANDS.items(), key=lambda band: band[1]))
        assert weights_of(copy) == {type.value: band for type, band in WEIGHTS.items()}
        assert set(copy.weights.values_list("band__model_id", flat=True)) == {copy.pk}
        assert copy.created_by == user

    def test_needs_a_name_of_its_own(self, now):
        with pytest.raises(Invalid, match="A weighting model of this name exists"):
            weighting_models.duplicate(active_model(), name=active_model().name.upper(), by=None, now=now)


class TestBands:
    @pytest.fixture
    def model(self):
        return WeightingModelFactory(weights={CLICK: "Low", FORM: "High"})

    @pytest.fixture
    def edit(self, model, now):
        return lambda bands, **how: weighting_models.edit(
            model, bands=bands, **{"by": None, "now": now, **how}
        )

    def test_are_renamed_and_revalued_and_keep_their_activities(self, model, edit, now):
        low, high = bands_of(model)

        edited = edit([{**low, "name": "Little", "value": 0}, {**high, "value": 100}])

        assert values_of(model) == {"Little": 0, "High": 100}
        assert weights_of(model) == {CLICK: "Little", FORM: "High"}
        assert [band["id"] for band in bands_of(model)] == [low["id"], high["id"]]
        assert edited.updated_at == now

    def test_names_and_values_can_change_places(self, model, edit):
        low, high = bands_of(model)

        edit([{**low, "name": "High", "value": 80}, {**high, "name": "Low", "value": 20}])

        assert weights_of(model) == {CLICK: "High", FORM: "Low"}
        assert values_of(model) == {"Low": 20, "High": 80}

    def test_are_added(self, model, edit):
        edit([*bands_of(model), {"name": "Middle", "value": 50}])

        assert values_of(model) == {"Low": 20, "Middle": 50, "High": 80}

    def test_go_when_no_activity_is_in_them(self, model, edit):
        _, high = bands_of(model)
        model.weights.filter(event_type_id=CLICK).delete()

        edit([high])

        assert values_of(model) == {"High": 80}

    def test_do_not_go_while_activities_are_in_them(self, model, edit):
        """Reference U 21."""
        _, high = bands_of(model)

        with pytest.raises(Invalid, match="The band “Low” cannot go while an activity is in it") as refused:
            edit([high])

        assert [finding.code for finding in refused.value.findings] == ["in_use"]
        assert values_of(model) == {"Low": 20, "High": 80}

    def test_go_when_the_same_edit_takes_their_activities_out(self, model, edit):
        _, high = bands_of(model)

        edit([high], weights=[{"activity": CLICK.value, "band": high["id"]}])

        assert weights_of(model) == {CLICK: "High", FORM: "High"}

    def test_say_what_is_wrong_and_where(self, model, edit):
        low, high = bands_of(model)

        with pytest.raises(Invalid) as refused:
            edit([
                {**low, "name": " "}, {**high, "value": 101}, {"id": NO_ID, "name": "A", "value": 1.5},
                {"name": "a", "value": True, "weight": 3}, "Band",
            ])  # fmt: skip

        assert {(finding.pointer, finding.code) for finding in refused.value.findings} == {
            ("/bands/0/name", "empty_value"), ("/bands/1/value", "wrong_value"), ("/bands/2/id", "not_found"),
            ("/bands/2/value", "wrong_value"), ("/bands/3/weight", "unknown_field"),
            ("/bands/3/value", "wrong_value"), ("/bands/3/name", "twice"), ("/bands/4", "wrong_type"),
        }  # fmt: skip

    def test_have_names_and_values_of_their_own(self, model, edit):
        low, high = bands_of(model)

        with pytest.raises(Invalid) as refused:
            edit([low, high, {"name": "LOW", "value": 80}])

        assert [finding.pointer for finding in refused.value.findings] == ["/bands/2/name", "/bands/2/value"]

    def test_of_another_model_are_none_of_this(self, edit):
        [other, _] = bands_of(WeightingModelFactory())

        with pytest.raises(Invalid, match="no such band"):
            edit([other])


class TestWeights:
    @pytest.fixture
    def model(self):
        return WeightingModelFactory(weights={CLICK: "Low", FORM: "High"})

    @pytest.fixture
    def edit(self, model, now):
        return lambda *weights: weighting_models.edit(model, weights=list(weights), by=None, now=now)

    def test_of_the_activities_that_are_given_change(self, model, edit):
        low, high = bands_of(model)

        edit({"activity": CLICK.value, "band": high["id"]}, {"activity": PAGE.value, "band": low["id"]})

        assert weights_of(model) == {CLICK: "High", FORM: "High", PAGE: "Low"}

    def test_of_none_counts_nothing(self, model, edit):
        edit({"activity": CLICK.value, "band": None})

        assert weights_of(model) == {FORM: "High"}

    def test_an_own_kind_of_event_can_be_weighed(self, model, edit):
        own = EventType.objects.create(pk=2001, name="webinar", label="Webinar watched")
        [low, _] = bands_of(model)

        edit({"activity": own.pk, "band": low["id"]})

        assert weights_of(model)[own.pk] == "Low"

    def test_what_is_done_to_records_is_no_activity(self, edit):
        with pytest.raises(Invalid, match="no such activity"):
            edit({"activity": EventType.BuiltIn.SCORE_CHANGED.value, "band": None})

    def test_say_what_is_wrong_and_where(self, edit, model):
        [other, _] = bands_of(WeightingModelFactory())
        [low, _] = bands_of(model)

        with pytest.raises(Invalid) as refused:
            edit(
                {"activity": "3", "band": None}, {"activity": CLICK.value, "band": other["id"]},
                {"activity": CLICK.value, "band": low["id"]}, {"activity": CLICK.value}, 5,
            )  # fmt: skip

        assert [(finding.pointer, finding.code) for finding in refused.value.findings] == [
            ("/weights/0/activity", "not_found"), ("/weights/1/band", "not_found"),
            ("/weights/2/activity", "twice"), ("/weights/3", "wrong_type"), ("/weights/4", "wrong_type"),
        ]  # fmt: skip


class TestActivate:
    def test_scores_with_it_and_archives_the_former(self, now):
        former, user = active_model(), UserFactory()
        draft = WeightingModelFactory()

        activated = weighting_models.activate(draft, by=user, now=now)

        assert active_model() == activated == draft
        assert (activated.activated_at, activated.activated_by) == (now, user)
        assert WeightingModel.objects.get(pk=former.pk).status == Status.ARCHIVED

    @pytest.mark.parametrize("status", [Status.ACTIVE, Status.ARCHIVED])
    def test_only_a_draft_is_activated(self, now, status):
        with pytest.raises(Conflict) as refused:
            weighting_models.activate(in_status(status), by=None, now=now)

        assert (refused.value.code, refused.value.allowed) == ("not_draft", ["duplicate"])


class TestEveryStatus:
    @pytest.mark.parametrize("status", [Status.ACTIVE, Status.ARCHIVED])
    @pytest.mark.parametrize(
        "act",
        [
            lambda model, now: weighting_models.edit(model, bands=bands_of(model), by=None, now=now),
            lambda model, now: weighting_models.edit(model, weights=[], by=None, now=now),
            lambda model, now: weighting_models.delete(model, by=None),
        ],
        ids=["bands", "weights", "delete"],
    )
    def test_who_is_no_draft_stays_as_it_is(self, now, status, act):
        model = in_status(status)

        with pytest.raises(Conflict, match="only a draft") as refused:
            act(model, now)

        assert refused.value.code == "not_draft"

    def test_a_draft_is_deleted_with_all_that_it_has(self):
        model = WeightingModelFactory(weights={CLICK: "Low"})

        weighting_models.delete(model, by=None)
        weighting_models.delete(model, by=None)

        assert not WeightingModel.objects.filter(pk=model.pk).exists()

    @pytest.mark.parametrize(
        "act",
        [
            lambda model, **how: weighting_models.edit(model, weights=[], **how),
            weighting_models.activate,
            lambda model, now, **how: weighting_models.delete(model, **how),
        ],
        ids=["edit", "activate", "delete"],
    )
    def test_refuses_who_has_not_seen_the_last_change(self, now, act):
        with pytest.raises(Stale):
            act(WeightingModelFactory(), by=None, now=now, unchanged_since=now + timedelta(days=1))

    @pytest.mark.parametrize(
        "act",
        [
            lambda model, **how: weighting_models.duplicate(model, name="Mine", **how),
            lambda model, **how: weighting_models.edit(model, weights=[], **how),
            weighting_models.activate,
            lambda model, now, **how: weighting_models.delete(model, **how),
        ],
        ids=["duplicate", "edit", "activate", "delete"],
    )
    def test_refuses_who_may_not(self, now, act):
        with pytest.raises(PermissionDenied):
            act(WeightingModelFactory(), by=UserFactory(is_superuser=False), now=now)
