from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from buying_groups.models import BuyingGroup, SolutionInterest
from tests.conftest import NO_ID
from tests.factories import (
    AccountListFactory,
    BuyingGroupFactory,
    JourneyFactory,
    RoleTemplateFactory,
    SolutionInterestFactory,
)
from tests.factories.api import clock_at, offers_exactly, pointers
from tests.factories.journeys import map_that_acts, publish
from tests.factories.stages import StageModelFactory, stage

URL = "/api/v1/solution-interests/"


class TestCreate:
    def test_makes_an_interest(self, client: APIClient):
        template = RoleTemplateFactory(name="Sales")

        answer = client.post(URL, {"name": " CRM ", "template": template.pk})

        body = answer.json()
        assert answer.status_code == 201
        assert (body["name"], body["template"], body["template_name"]) == ("CRM", template.pk, "Sales")
        assert (body["stage_model"], body["updates_groups"]) == (None, False)
        kept = client.get(answer["Location"])
        assert (kept.json(), kept["ETag"]) == (body, answer["ETag"])

    @pytest.mark.parametrize(
        ("given", "faults"),
        [
            ({"template": NO_ID}, {"/template": "not_found"}),
            ({"template": "1"}, {"/template": "wrong_type"}),
            ({"template": None}, {"/template": "missing"}),
            ({"template": 2**63}, {"/template": "out_of_range"}),
            ({"stage_model": NO_ID}, {"/stage_model": "not_found"}),
            ({"updates_groups": 1}, {"/updates_groups": "wrong_type"}),
            ({"name": "TAKEN"}, {"/name": "taken"}),
            ({"groups": 1}, {"/groups": "unknown_field"}),
        ],
    )
    def test_refuses_what_is_wrong_and_says_where(self, client: APIClient, given: Any, faults: Any):
        template = RoleTemplateFactory()
        SolutionInterestFactory(name="Taken", template=template)

        answer = client.post(URL, {"name": "CRM", "template": template.pk, **given})

        assert (answer.status_code, pointers(answer)) == (400, faults)

    def test_the_template_must_be_live(self, client: APIClient):
        template = RoleTemplateFactory(status="draft")

        answer = client.post(URL, {"name": "CRM", "template": template.pk})

        assert pointers(answer) == {"/template": "not_live"}


class TestEdit:
    def test_of_the_version_that_was_seen(self, client: APIClient, now: datetime):
        made = client.post(URL, {"name": "CRM", "template": RoleTemplateFactory().pk})
        seen = {"If-Match": made["ETag"]}
        with clock_at(now + timedelta(seconds=1)):
            edited = client.patch(made["Location"], {"updates_groups": True}, headers=seen)

        assert (edited.status_code, edited.json()["updates_groups"]) == (200, True)
        assert client.patch(made["Location"], {"name": "A"}, headers=seen).status_code == 412
        assert client.delete(made["Location"], headers=seen).status_code == 412

    def test_the_template_is_fixed(self, client: APIClient):
        interest = SolutionInterestFactory()

        answer = client.patch(f"{URL}{interest.pk}/", {"template": interest.template_id})

        assert pointers(answer) == {"/template": "unknown_field"}

    def test_the_stage_model_comes_stays_and_goes_with_the_stages_of_the_groups(self, client: APIClient):
        interest, model = SolutionInterestFactory(), StageModelFactory()
        url = f"{URL}{interest.pk}/"
        assert client.patch(url, {"stage_model": model.pk}).json()["stage_model"] == model.pk
        BuyingGroupFactory(solution_interest=interest, stage=stage("Interest"))

        assert client.patch(url, {"name": "A"}).json()["stage_model"] == model.pk
        assert BuyingGroup.objects.get().stage
        assert client.patch(url, {"stage_model": None}).json()["stage_model"] is None
        assert BuyingGroup.objects.get().stage is None

    def test_the_stage_model_stays_while_a_published_journey_uses_its_stages(
        self, client: APIClient, now: datetime
    ):
        interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
        settings = {"solution_interest": "CRM", "stage": "Interest"}
        nodes = map_that_acts(AccountListFactory().name, "update_buying_group_stage", settings)
        journey = publish(JourneyFactory(nodes=nodes), now=now)
        url = f"{URL}{interest.pk}/"

        answer = client.patch(url, {"stage_model": None})

        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert f"journey {journey.name}" in answer.json()["detail"]
        assert client.patch(url, {"stage_model": interest.stage_model_id}).status_code == 200


class TestDelete:
    def test_is_refused_while_groups_use_it(self, client: APIClient):
        group = BuyingGroupFactory()
        url = f"{URL}{group.solution_interest_id}/"

        answer = client.delete(url)

        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert "1 buying group" in answer.json()["detail"]
        group.delete()
        assert client.delete(url).status_code == 204
        assert not SolutionInterest.objects.exists()


class TestWhatIsAllowedInstead:
    @pytest.mark.parametrize("by", ["a group", "a journey"])
    def test_of_deleting_one_that_is_used(self, client: APIClient, by: str, now: datetime):
        interest = SolutionInterestFactory(name="CRM")
        if by == "a group":
            BuyingGroupFactory(solution_interest=interest)
        else:
            settings = {"solution_interest": "CRM", "status": "Open"}
            nodes = map_that_acts(AccountListFactory().name, "update_buying_group_status", settings)
            publish(JourneyFactory(nodes=nodes), now=now)
        url = f"{URL}{interest.pk}/"
        acts: dict[str, Callable[[], Any]] = {
            "edit": lambda: client.patch(url, {"name": "New"}),
            "maintain": lambda: client.post(f"{url}maintain/"),
            "delete": lambda: client.delete(url),
        }

        assert offers_exactly(client.delete(url), acts) == {"edit", "maintain"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=crm", ["CRM"]), ("template={template}", ["CRM"]), ("updates_groups=true", ["ERP"]),
        ("stage_model={model}", ["ERP"]), ("ordering=-name", ["ERP", "CRM"]),
        ("fields=name&ordering=name", ["CRM", "ERP"]),
    ],
)  # fmt: skip
def test_interests_can_be_searched_filtered_and_sorted(client: APIClient, query: str, found: list[str]):
    crm = SolutionInterestFactory(name="CRM")
    erp = SolutionInterestFactory(name="ERP", updates_groups=True, stage_model=StageModelFactory())

    asked = query.format(template=crm.template_id, model=erp.stage_model_id)

    assert [row["name"] for row in client.get(f"{URL}?{asked}").json()["results"]] == found


def test_many_cost_no_more_than_one(client: APIClient, count_queries: Any):
    SolutionInterestFactory()
    client.get(URL)  # the token notes its first use
    few = count_queries(lambda: client.get(URL))
    SolutionInterestFactory.create_batch(5)

    assert count_queries(lambda: client.get(URL)) == few
