from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from accounts.events import Source
from accounts.models import Event, EventType, Person
from accounts.services import activities
from accounts.services.activities import Activity
from buying_groups.engagement import run_engagement
from buying_groups.models import ActivityWeight, JobRun, WeightBand, WeightingModel

CLIENT = Source(Event.Source.API)


@pytest.fixture
def weigh() -> Callable[[Mapping[EventType.BuiltIn, int]], None]:
    """Make the active model weigh these kinds of activity, and no others."""

    def do(weights: Mapping[EventType.BuiltIn, int]) -> None:
        model = WeightingModel.objects.get(status=WeightingModel.Status.ACTIVE)
        model.weights.all().delete()
        for type, value in weights.items():
            band, _ = WeightBand.objects.get_or_create(
                model=model, value=value, defaults={"name": f"Band {value}"}
            )
            ActivityWeight.objects.create(model=model, event_type_id=type, band=band)

    return do


@pytest.fixture
def did(now: datetime) -> Callable[..., None]:
    """A person did something, so many times, at a moment; it is received as it occurs, or at `received`."""

    def do(
        person: Person, type: EventType.BuiltIn, times: int = 1, *, at: datetime | None = None,
        received: datetime | None = None,
    ) -> None:  # fmt: skip
        moment = at or now
        one = Activity(person.pk, type, moment)
        activities.record([one] * times, source=CLIENT, now=received or moment)

    return do


@pytest.fixture
def score(now: datetime) -> Callable[..., JobRun]:
    """A whole run of the engagement scores."""

    def do(at: datetime | None = None) -> JobRun:
        moment = at or now
        run = JobRun.objects.create(kind=JobRun.Kind.ENGAGEMENT, queued_at=moment)
        assert run_engagement(run, lambda: moment)
        return JobRun.objects.get(pk=run.pk)

    return do
