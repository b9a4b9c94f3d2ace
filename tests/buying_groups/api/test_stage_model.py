from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import StageModel
from tests.factories import AccountListFactory, JourneyFactory, SolutionInterestFactory
from tests.factories.api import client_of, clock_at, offers_exactly, pointers, user_with
from tests.factories.journeys import map_that_acts, publish
from tests.factories.stages import StageModelFactory

URL = "/api/v1/stage-model/"
OPEN: dict[str, Any] = {"name": "Open", "is_entry": True, "leads_to": ["Won", "Lost"]}
STAGES = [OPEN, {"name": "Won", "outcome": "success"}, {"name": "Lost", "outcome": "failure"}]
SMALL = {"name": "Stages", "stages": STAGES}

pytestmark = pytest.mark.django_db


class TestRead:
    def test_there_is_none_at_first(self, client: APIClient):
        missing = client.get(URL)
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        assert missing.json()["detail"] == "There is no stage model yet; PUT makes one."

    def test_tells_stages_and_moves_in_their_order(self, client: APIClient):
        model = StageModelFactory()

        answer = client.get(URL)

        body = answer.json()
        assert (body["id"], body["name"], body["status"]) == (model.pk, "Stages", "live")
        assert [(stage["name"], stage["leads_to"]) for stage in body["stages"]][:2] == [
            ("Awareness", ["Interest", "Consideration"]), ("Interest", ["Consideration", "Rejection"]),
        ]  # fmt: skip
        assert body["stages"][4] == {
            "id": model.stages.get(name="Purchase").pk, "name": "Purchase", "description": "", "is_entry": False,
            "outcome": "success", "leads_to": [],
        }  # fmt: skip
        assert answer["ETag"]

    def test_asks_as_often_for_many_stages_as_for_one(self, client: APIClient, count_queries):
        StageModelFactory(moves={"Awareness": []})
        client.get(URL)  # notes when the token was last used
        few = count_queries(lambda: client.get(URL))
        StageModel.objects.all().delete()
        StageModelFactory()

        assert count_queries(lambda: client.get(URL)) == few


class TestSave:
    def test_makes_the_draft(self, client: APIClient):
        answer = client.put(URL, SMALL)

        assert (answer.status_code, answer.json()["status"]) == (201, "draft")
        assert client.get(URL).json() == answer.json()

    def test_replaces_the_whole_draft(self, client: APIClient, now):
        client.put(URL, SMALL)
        shorter = {"name": "Stages", "description": "How we sell", "stages": [STAGES[1]]}

        with clock_at(now + timedelta(minutes=1)):
            answer = client.put(URL, shorter)

        body = answer.json()
        assert (answer.status_code, body["description"]) == (200, "How we sell")
        assert [stage["name"] for stage in body["stages"]] == ["Won"]

    def test_says_what_is_wrong_and_where(self, client: APIClient):
        stages = [{**OPEN, "color": "red"}, {"name": "open"}]

        assert pointers(client.put(URL, {"name": " ", "stages": stages})) == {
            "/name": "empty_value", "/stages/0/color": "unknown_field", "/stages/0/leads_to/0": "not_found",
            "/stages/0/leads_to/1": "not_found", "/stages/1/name": "twice",
        }  # fmt: skip
        assert pointers(client.put(URL, {"name": "A"})) == {"/stages": "missing"}

    def test_a_live_one_is_frozen(self, client: APIClient):
        StageModelFactory()

        answer = client.put(URL, SMALL)

        assert (answer.status_code, answer.json()["code"]) == (409, "live")

    def test_over_what_somebody_else_has_saved_is_refused(self, client: APIClient, now):
        tag = client.put(URL, SMALL)["ETag"]
        with clock_at(now + timedelta(minutes=1)):
            assert client.put(URL, SMALL, headers={"If-Match": tag}).status_code == 200

        assert client.put(URL, SMALL, headers={"If-Match": tag}).status_code == 412

    def test_to_make_it_the_permission_to_add_is_needed(self):
        changing = client_of(user_with("buying_groups.change_stagemodel"))

        assert changing.put(URL, SMALL).status_code == 403


class TestPublish:
    def test_makes_the_draft_live(self, client: APIClient, now):
        client.put(URL, SMALL)

        answer = client.post(f"{URL}publish/")

        body = answer.json()
        assert (answer.status_code, body["status"]) == (200, "live")
        assert body["published_at"] == "2027-03-01T09:00:00Z"

    def test_refuses_with_each_problem_at_its_place(self, client: APIClient):
        client.put(URL, {"name": "Stages", "stages": [{"name": "Open"}, STAGES[1]]})

        problems = client.get(f"{URL}problems/").json()["problems"]
        refused = pointers(client.post(f"{URL}publish/"))

        assert {problem["pointer"]: problem["code"] for problem in problems} == refused
        assert refused == {"/stages": "no_entry", "/stages/0/leads_to": "no_way_out"}

    def test_a_live_one_has_no_problems(self, client: APIClient):
        StageModelFactory(moves={"Awareness": []})

        assert client.get(f"{URL}problems/").json() == {"problems": [], "warnings": []}

    def test_a_stage_that_nothing_leads_to_is_worth_a_look_and_refuses_nothing(self, client: APIClient):
        orphan = {"name": "Orphan", "leads_to": [STAGES[1]["name"]]}
        client.put(URL, {"name": "Stages", "stages": [*STAGES, orphan]})

        found = client.get(f"{URL}problems/").json()

        assert found["problems"] == []
        place = f"/stages/{len(STAGES)}"
        assert [(one["pointer"], one["code"]) for one in found["warnings"]] == [(place, "not_reached")]
        assert client.post(f"{URL}publish/").status_code == 200


class TestDelete:
    def test_takes_it_with_its_stages(self, client: APIClient):
        StageModelFactory()

        assert client.delete(URL).status_code == 204
        assert client.delete(URL).status_code == 404

    def test_not_while_it_is_used(self, client: APIClient):
        SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())

        answer = client.delete(URL)

        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert "solution interest CRM" in answer.json()["detail"]


class TestWhatIsAllowedInstead:
    @pytest.fixture
    def acts(self, client: APIClient) -> dict[str, Callable[[], Any]]:
        return {
            "edit": lambda: client.put(URL, SMALL),
            "publish": lambda: client.post(f"{URL}publish/"),
            "delete": lambda: client.delete(URL),
        }

    @pytest.mark.parametrize("by", ["nobody", "a solution interest", "a journey"])
    def test_of_a_live_one(self, acts: dict[str, Callable[[], Any]], by: str, now: datetime):
        model = StageModelFactory()
        interest = SolutionInterestFactory(name="CRM", stage_model=None if by == "nobody" else model)
        if by == "a journey":
            settings = {"solution_interest": "CRM", "stage": "Purchase"}
            nodes = map_that_acts(AccountListFactory().name, "update_buying_group_stage", settings)
            publish(JourneyFactory(nodes=nodes), now=now)
            interest.stage_model = None
            interest.save()
        offered = {"delete"} if by == "nobody" else set()

        assert offers_exactly(acts["edit"](), acts) == offered
        assert offers_exactly(acts["publish"](), acts) == offered
        if not offered:
            assert offers_exactly(acts["delete"](), acts) == offered

    def test_of_a_draft_that_a_condition_names(self, client: APIClient, acts: dict[str, Callable[[], Any]]):
        client.put(URL, SMALL)
        in_stage = {"field": "stage", "operator": "is", "value": ["Won"]}
        group = {"match": "all", "filters": [in_stage]}
        asked = {"field": "account.matched_buying_group", "operator": "has", "value": group}
        condition = {"match": "all", "filters": [asked]}
        assert client.post(
            "/api/v1/account-lists/", {"name": "A", "type": "dynamic", "condition": condition}
        ).status_code == 201  # fmt: skip

        assert offers_exactly(acts["delete"](), acts) == {"edit", "publish"}
