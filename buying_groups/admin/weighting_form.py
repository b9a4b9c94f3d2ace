"""The bands and the weights of a draft as one form: what was shown, and what the service is to be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from accounts.admin.door import number
from accounts.findings import Finding
from accounts.models import EventType
from buying_groups.models import WeightingModel
from buying_groups.services import weighting_models

NEW = "new"


@dataclass
class Band:
    """A line: a band of the model, or the empty one for a new band."""

    key: str
    name: str
    value: str
    is_removed: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.key == NEW

    @property
    def is_blank(self) -> bool:
        return self.is_new and not self.name and not self.value

    def given(self) -> dict[str, Any]:
        is_whole = self.value.isascii() and self.value.isdecimal() and len(self.value) < 10
        value = int(self.value) if is_whole else self.value
        return {**({} if self.is_new else {"id": int(self.key)}), "name": self.name, "value": value}


@dataclass
class Weights:
    """All of it. `chosen`: the band (its key, or nothing) of each activity."""

    bands: list[Band]
    activities: list[EventType]
    chosen: dict[int, str]

    def given_bands(self) -> list[dict[str, Any]]:
        return [band.given() for band in self._sent()]

    def given_weights(self) -> list[dict[str, Any]]:
        return [
            {"activity": activity.pk, "band": number(self.chosen.get(activity.pk)) or None}
            for activity in self.activities
        ]

    def rows(self) -> list[tuple[EventType, str]]:
        """Each activity with the key of its band."""
        return [(activity, self.chosen.get(activity.pk, "")) for activity in self.activities]

    def choices(self) -> list[Band]:
        """The bands that an activity can be put into: those that are saved."""
        return [band for band in self.bands if not band.is_new]

    def put(self, findings: Iterable[Finding]) -> list[str]:
        """Show what the service found wrong at its band; the rest is given back."""
        sent, rest = self._sent(), []
        for finding in findings:
            at = finding.at
            if len(at) == 3 and at[0] == "bands" and isinstance(at[1], int):
                sent[at[1]].errors.setdefault("name" if at[2] == "id" else str(at[2]), finding.message)
            else:
                rest.append(finding.message)
        return rest

    def _sent(self) -> list[Band]:
        return [band for band in self.bands if not band.is_removed and not band.is_blank]


def of_model(model: WeightingModel) -> Weights:
    """As it is saved, with an empty line for a new band."""
    bands = [Band(str(band.pk), band.name, str(band.value)) for band in model.bands.order_by("value")]
    chosen = {weight.event_type_id: str(weight.band_id) for weight in model.weights.all()}
    return Weights([*bands, Band(NEW, "", "")], _activities(), chosen)


def of_post(model: WeightingModel, data: QueryDict) -> Weights:
    """As it was sent. Lines of bands that the model does not have are left out."""
    known = [str(pk) for pk in model.bands.order_by("value").values_list("pk", flat=True)]
    bands = [_band(key, data) for key in [*known, NEW] if f"band-{key}-name" in data or key == NEW]
    activities = _activities()
    chosen = {activity.pk: data.get(f"weight-{activity.pk}", "") for activity in activities}
    return Weights(bands, activities, chosen)


def to_read(model: WeightingModel) -> tuple[list[Any], list[tuple[EventType, Any]]]:
    """Its bands, and each activity with its band or None."""
    chosen = {weight.event_type_id: weight.band for weight in model.weights.select_related("band")}
    return list(model.bands.order_by("value")), [
        (activity, chosen.get(activity.pk)) for activity in _activities()
    ]


def _band(key: str, data: Mapping[str, Any]) -> Band:
    name, value = (str(data.get(f"band-{key}-{field}", "")).strip() for field in ("name", "value"))
    return Band(key, name, value, is_removed=f"band-{key}-remove" in data)


def _activities() -> list[EventType]:
    return list(weighting_models.activities().order_by("label", "pk"))
