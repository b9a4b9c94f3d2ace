"""Two who activate weighting models at once: one is active in the end (see conftest)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.errors import Conflict
from buying_groups.models import WeightingModel
from buying_groups.services import weighting_models
from tests.conftest import NOW
from tests.factories.weighting import WeightingModelFactory, active_model
from tests.faults.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Status = WeightingModel.Status


@pytest.fixture(autouse=True)
def as_before(_django_db_helper: None) -> Iterator[None]:
    """The built-in model stays from test to test, as everywhere."""
    built_in = active_model().pk
    yield
    WeightingModel.objects.exclude(pk=built_in).delete()
    WeightingModel.objects.filter(pk=built_in).update(status=Status.ACTIVE)


def test_of_several_models_one_is_active_and_the_others_archived() -> None:
    drafts = [WeightingModelFactory() for _ in range(4)]

    found = at_once(*[lambda m=model: weighting_models.activate(m, by=None, now=NOW) for model in drafts])

    assert [one for one in found if isinstance(one, Exception)] == []
    statuses = [model.status for model in WeightingModel.objects.order_by("status")]
    assert statuses == [Status.ACTIVE, *[Status.ARCHIVED] * 4]


def test_of_several_who_activate_the_same_one_does() -> None:
    draft = WeightingModelFactory()

    found = at_once(*[lambda: weighting_models.activate(draft, by=None, now=NOW)] * 3)

    assert len([one for one in found if isinstance(one, Conflict)]) == 2
    assert active_model() == draft
