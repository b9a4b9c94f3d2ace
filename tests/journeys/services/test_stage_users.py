"""Published journeys that need the stages of a solution interest, and what their publishing waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.errors import Conflict
from buying_groups.models import BuyingGroup, SolutionInterest
from buying_groups.services import solution_interests
from journeys import services
from journeys.models import Journey
from journeys.services import CannotPublish
from journeys.services.stage_users import of_interest
from tests.factories import AccountListFactory, BuyingGroupFactory, JourneyFactory, SolutionInterestFactory
from tests.factories.journeys import TEST, map_that_acts, publish
from tests.factories.stages import StageModelFactory, stage
from tests.faults.threads import Gate, Together, held, somebody_waits


def journey_that_moves(interest: str, **fields: Any) -> Journey:
    settings = {"solution_interest": interest, "stage": "Interest"}
    nodes = map_that_acts(AccountListFactory().name, "update_buying_group_stage", settings)
    made: Journey = JourneyFactory(nodes=nodes, **fields)
    return made


def take(interest: SolutionInterest, now: datetime) -> str:
    """Take the stage model from it; the code of the refusal."""
    try:
        solution_interests.edit(interest, stage_model=None, by=None, now=now)
    except Conflict as refused:
        return refused.code
    return ""


def publish_or_say(journey: Journey, now: datetime) -> str:
    """Publish it; why it cannot be."""
    try:
        publish(journey, now=now)
    except CannotPublish as refused:
        return str(refused)
    return ""


@pytest.mark.django_db
class TestOfInterest:
    @pytest.fixture
    def interest(self) -> SolutionInterest:
        made: SolutionInterest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
        return made

    def test_are_those_whose_steps_name_it_with_a_stage(self, interest: SolutionInterest, now: datetime):
        SolutionInterestFactory(name="ERP", stage_model=interest.stage_model)
        for name, of in (("B", "CRM"), ("A", "CRM"), ("Other", "ERP")):
            publish(journey_that_moves(of, name=name), now=now)
        status = {"solution_interest": "CRM", "status": "Open"}
        nodes = map_that_acts(AccountListFactory().name, "update_buying_group_status", status)
        publish(JourneyFactory(nodes=nodes), now=now)

        assert of_interest(interest.pk) == ["journey A", "journey B"]

    def test_neither_drafts_nor_what_has_ended(self, interest: SolutionInterest, now: datetime):
        journey_that_moves("CRM")
        services.abort(publish(journey_that_moves("CRM"), now=now), by=None, now=now, interface=TEST)

        assert of_interest(interest.pk) == []

    def test_hold_the_stage_model_and_nothing_else(self, interest: SolutionInterest, now: datetime):
        group = BuyingGroupFactory(solution_interest=interest, stage=stage("Interest"))
        journey = publish(journey_that_moves("CRM"), now=now)

        with pytest.raises(Conflict) as error:
            solution_interests.edit(interest, name="New", stage_model=None, by=None, now=now)

        assert (error.value.code, error.value.allowed) == ("in_use", ["edit", "maintain"])
        assert error.value.message == f"The stages of “CRM” are used by journey {journey.name}."
        assert BuyingGroup.objects.get(pk=group.pk).stage == stage("Interest")
        assert SolutionInterest.objects.get(pk=interest.pk).name == "CRM"
        kept = interest.stage_model
        assert solution_interests.edit(interest, name="New", stage_model=kept, by=None, now=now).name == "New"


@pytest.mark.django_db(transaction=True)
def test_the_stage_model_cannot_go_while_a_journey_is_published(now: datetime):
    interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
    journey, gate = journey_that_moves("CRM"), Gate()

    def publishing() -> None:
        with transaction.atomic():
            publish(journey, now=now)
            gate()

    with Together() as threads:
        threads.start(publishing)
        with held(gate):
            taking = threads.start(take, interest, now)
            somebody_waits()
        assert taking.result() == "in_use"


@pytest.mark.django_db(transaction=True)
def test_a_journey_is_not_published_on_a_stage_model_that_goes(now: datetime):
    interest = SolutionInterestFactory(name="CRM", stage_model=StageModelFactory())
    journey, gate = journey_that_moves("CRM"), Gate()

    def taking() -> None:
        with transaction.atomic():
            solution_interests.edit(interest, stage_model=None, by=None, now=now)
            gate()

    with Together() as threads:
        threads.start(taking)
        with held(gate):
            publishing = threads.start(publish_or_say, journey, now)
            somebody_waits()
        assert "no stage model" in publishing.result()
