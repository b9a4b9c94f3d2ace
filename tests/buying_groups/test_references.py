from __future__ import annotations

import pytest

from accounts import references
from accounts.references import Found
from buying_groups.models import Role, Stage, StageModel
from tests.factories import SolutionInterestFactory
from tests.factories.buying_groups import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    model = StageModel.objects.create(name="Stages", created_at=LONG_AGO, updated_at=LONG_AGO)
    return Stage.objects.create(model=model, name="Discovery", position=1, is_entry=True)


def test_a_solution_interest_is_live_from_the_beginning():
    interest = SolutionInterestFactory(name="CRM")

    assert references.find("solution_interest", " crm ") == Found(interest.pk, "CRM")
    assert references.pin("solution_interest", "CRM") == {"id": interest.pk, "name": "CRM"}


def test_a_solution_interest_says_whether_it_has_a_stage_model(stage):
    SolutionInterestFactory(name="CRM", stage_model=stage.model)

    assert references.find("solution_interest", "CRM").kind == "staged"


def test_a_role_is_found_by_its_id_after_a_rename():
    role = Role.objects.create(name="Legal", position=7)
    pinned = references.pin("buying_group_role", "Legal")

    Role.objects.filter(pk=role.pk).update(name="Legal counsel")

    assert references.unpin("buying_group_role", pinned) == "Legal counsel"


def test_a_stage_is_live_with_its_model(stage):
    assert not references.find("buying_group_stage", "Discovery").is_live

    StageModel.objects.update(status=StageModel.Status.LIVE)

    assert references.find("buying_group_stage", {"id": stage.pk, "name": "?"}) == Found(
        stage.pk, "Discovery"
    )
