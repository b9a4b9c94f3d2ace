from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import factory

from accounts.models import EventType
from buying_groups.models import ActivityWeight, WeightBand, WeightingModel

LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)


class WeightingModelFactory(factory.django.DjangoModelFactory):
    """A draft with the bands “Low” (20) and “High” (80). `weights`: {kind of activity: name of its band}."""

    class Meta:
        model = WeightingModel
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Weights {n}")
    created_at = LONG_AGO
    updated_at = LONG_AGO

    @factory.post_generation
    def weights(self, create: bool, extracted: Mapping[EventType.BuiltIn, str] | None, **_: object) -> None:
        bands = {
            name: WeightBand.objects.create(model=self, name=name, value=value)
            for name, value in (("Low", 20), ("High", 80))
        }
        for type, name in (extracted or {}).items():
            ActivityWeight.objects.create(model=self, event_type_id=type, band=bands[name])


def active_model() -> WeightingModel:
    """The one that every installation has."""
    return WeightingModel.objects.get(status=WeightingModel.Status.ACTIVE)
