"""Where a group may go is what a refused move offers (spec 3.7, 6.2)."""

from __future__ import annotations

from functools import partial

import pytest
from rest_framework.test import APIClient

from buying_groups.models import Stage
from tests.factories import BuyingGroupFactory, SolutionInterestFactory
from tests.factories.api import offers_exactly
from tests.factories.stages import StageModelFactory, stage


@pytest.mark.parametrize(
    ("here", "there"),
    [(None, "Purchase"), ("Awareness", "Purchase"), ("Intent", "Awareness"), ("Purchase", "Intent")],
)
def test_a_group_goes_to_each_stage_that_is_offered_and_to_no_other(
    client: APIClient, here: str | None, there: str
):
    crm = SolutionInterestFactory(stage_model=StageModelFactory())
    group = BuyingGroupFactory(solution_interest=crm, stage=stage(here) if here else None)
    url = f"/api/v1/buying-groups/{group.pk}/stage/"
    others = Stage.objects.exclude(pk=group.stage_id)

    refused = client.post(url, {"stage": stage(there).pk})

    acts = {str(other): partial(client.post, url, {"stage": other.pk}) for other in others}
    assert offers_exactly(refused, acts) == {str(one) for one in offered(group.stage)}


def offered(here: Stage | None) -> list[Stage]:
    return list(here.next_stages.all() if here else Stage.objects.filter(is_entry=True))
