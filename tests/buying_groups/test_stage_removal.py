"""A solution interest that gives up its stage model, while a journey sets stages (reference U 22)."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import Account, Event, EventType
from buying_groups.models import BuyingGroup, SolutionInterest
from buying_groups.services import solution_interests
from tests.factories import BuyingGroupFactory, SolutionInterestFactory
from tests.factories.stages import StageModelFactory, stage
from tests.faults.threads import Gate, Together, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stage_that_is_being_set_meanwhile_goes_as_well(now):
    interest = SolutionInterestFactory(stage_model=StageModelFactory())
    group, entry = BuyingGroupFactory(solution_interest=interest), stage("Interest")
    gate = Gate()

    def batch() -> None:
        with transaction.atomic():
            Account.objects.select_for_update(no_key=True).get(pk=group.account_id)
            BuyingGroup.objects.filter(pk=group.pk).update(stage=entry)
            gate()

    with Together() as threads:
        threads.start(batch)
        with held(gate):
            detached = threads.start(solution_interests.edit, interest, stage_model=None, by=None, now=now)
            somebody_waits()
            assert not detached.done()

    assert SolutionInterest.objects.get().stage_model is None
    assert BuyingGroup.objects.get().stage is None
    [event] = Event.objects.filter(type_id=EventType.BuiltIn.BUYING_GROUP_STAGE_CHANGED)
    assert event.payload["old"] == "Interest"
