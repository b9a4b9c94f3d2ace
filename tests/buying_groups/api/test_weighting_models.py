from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import EventType
from buying_groups.built_in import FIRST_MODEL
from tests.factories.api import clock_at, pointers
from tests.factories.weighting import WeightingModelFactory, active_model

URL = "/api/v1/weighting-models/"
CLICK, SENT = EventType.BuiltIn.EMAIL_CLICKED, EventType.BuiltIn.EMAIL_SENT

pytestmark = pytest.mark.django_db


def of(body: Any, type: EventType.BuiltIn) -> Any:
    """What a model tells of a kind of activity."""
    return next(weight for weight in body["weights"] if weight["activity"] == type)


class TestRead:
    def test_tells_what_every_activity_counts(self, client: APIClient):
        model = active_model()

        body = client.get(f"{URL}{model.pk}/").json()

        assert (body["name"], body["status"]) == (FIRST_MODEL, "active")
        assert [band["value"] for band in body["bands"]] == [0, 30, 40, 60, 90, 100]
        assert of(body, CLICK) == {
            "activity": CLICK.value, "name": "email_clicked", "label": "Email clicked",
            "band": model.bands.get(name="Trivial").pk, "weight": 30,
        }  # fmt: skip
        assert (of(body, SENT)["band"], of(body, SENT)["weight"]) == (None, 0)

    def test_lists_them_by_status(self, client: APIClient):
        WeightingModelFactory(name="Mine")

        answer = client.get(URL, {"status": "draft", "fields": "name,status"})

        assert answer.json()["results"] == [{"name": "Mine", "status": "draft"}]

    def test_asks_as_often_for_many_as_for_one(self, client: APIClient, count_queries):
        client.get(URL)  # notes when the token was last used
        few = count_queries(lambda: client.get(URL))
        WeightingModelFactory.create_batch(9, weights={CLICK: "Low"})

        assert count_queries(lambda: client.get(URL)) == few


class TestDuplicate:
    def test_makes_a_draft(self, client: APIClient):
        answer = client.post(f"{URL}{active_model().pk}/duplicate/", {"name": "Mine"})

        body = answer.json()
        assert (answer.status_code, body["name"], body["status"]) == (201, "Mine", "draft")
        assert of(body, CLICK)["weight"] == 30
        assert client.get(answer["Location"]).json() == body

    def test_needs_a_name_of_its_own(self, client: APIClient):
        answer = client.post(f"{URL}{active_model().pk}/duplicate/", {"name": FIRST_MODEL})

        assert pointers(answer) == {"/name": "taken"}

    def test_is_the_only_way_to_a_new_one(self, client: APIClient):
        assert client.post(URL, {"name": "Mine"}).status_code == 405


class TestChange:
    @pytest.fixture
    def model(self):
        return WeightingModelFactory(weights={CLICK: "Low"})

    def test_sets_bands_and_weights(self, client: APIClient, model):
        low, high = model.bands.order_by("value")
        bands = [
            {"id": low.pk, "name": "Little", "value": 10}, {"id": high.pk, "name": "High", "value": 80},
            {"name": "Middle", "value": 50},
        ]  # fmt: skip
        weights = [{"activity": SENT.value, "band": low.pk}]

        answer = client.patch(f"{URL}{model.pk}/", {"bands": bands, "weights": weights})

        body = answer.json()
        assert [band["name"] for band in body["bands"]] == ["Little", "Middle", "High"]
        assert (of(body, SENT)["weight"], of(body, CLICK)["weight"]) == (10, 10)

    def test_says_what_is_wrong_and_where(self, client: APIClient, model):
        _, high = model.bands.order_by("value")

        assert pointers(client.patch(f"{URL}{model.pk}/", {"bands": [{"id": high.pk, "name": "", "value": 101}]})) == {
            "/bands/0/name": "empty_value", "/bands/0/value": "wrong_value",
        }  # fmt: skip
        kept = [{"id": high.pk, "name": "High", "value": 80}]
        assert pointers(client.patch(f"{URL}{model.pk}/", {"bands": kept})) == {"/bands": "in_use"}
        assert pointers(client.patch(f"{URL}{model.pk}/", {"name": "Other"})) == {"/name": "unknown_field"}

    def test_only_a_draft_changes(self, client: APIClient):
        answer = client.patch(f"{URL}{active_model().pk}/", {"weights": []})

        assert (answer.status_code, answer.json()["code"]) == (409, "not_draft")
        assert answer.json()["allowed_actions"] == ["duplicate"]

    def test_over_what_somebody_else_has_saved_is_refused(self, client: APIClient, model, now):
        tag = client.get(f"{URL}{model.pk}/")["ETag"]
        with clock_at(now + timedelta(minutes=1)):
            client.patch(f"{URL}{model.pk}/", {"weights": []})

        assert client.patch(
            f"{URL}{model.pk}/", {"weights": []}, headers={"If-Match": tag}
        ).status_code == 412  # fmt: skip


class TestActivate:
    def test_archives_the_former(self, client: APIClient):
        former, model = active_model(), WeightingModelFactory()

        answer = client.post(f"{URL}{model.pk}/activate/")

        assert (answer.status_code, answer.json()["status"]) == (200, "active")
        assert client.get(f"{URL}{former.pk}/").json()["status"] == "archived"

    def test_happens_once(self, client: APIClient):
        answer = client.post(f"{URL}{active_model().pk}/activate/")

        assert (answer.status_code, answer.json()["code"]) == (409, "not_draft")


class TestDelete:
    def test_takes_a_draft_and_no_other(self, client: APIClient):
        assert client.delete(f"{URL}{WeightingModelFactory().pk}/").status_code == 204
        assert client.delete(f"{URL}{active_model().pk}/").status_code == 409
