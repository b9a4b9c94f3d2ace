"""What staff and clients can do with weighting models: what each kind of activity counts (spec 3.6, reference 8.5).

Exactly one is active; the engagement scores of the next run follow it. A new one is a duplicate, to be changed as
a draft and activated. Who is active or archived stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from accounts import values
from accounts.errors import Conflict, User, require
from accounts.event_types import FIRST_OF_OWN
from accounts.findings import Finding
from accounts.models import EventType
from accounts.services import saving
from accounts.sql import rows, sql
from buying_groups.built_in import ACTIVITIES
from buying_groups.models import ActivityWeight, WeightBand, WeightingModel
from buying_groups.services import weight_bands
from buying_groups.services.opening import opened

NOUN = gettext_lazy("A weighting model")
# Class of the advisory lock under which models are activated one after another.
LOCK_CLASS = 7431


def activities() -> models.QuerySet[EventType]:
    """The kinds of event that can be weighed: those of people, and all that an administrator has added."""
    return EventType.objects.filter(models.Q(pk__in=ACTIVITIES) | models.Q(pk__gte=FIRST_OF_OWN))


@transaction.atomic
def duplicate(model: WeightingModel, *, name: str, by: User, now: datetime) -> WeightingModel:
    """A draft with the bands and weights of a model, whatever its status.

    :raises PermissionDenied: if `by` may not add weighting models
    :raises Invalid: if the name is wrong or taken
    :raises Conflict: `gone`
    """
    require(by, "buying_groups.add_weightingmodel")
    current = opened(model)
    saving.refuse(saving.faults(WeightingModel.objects.all(), NOUN, name, ""))
    copy = WeightingModel(
        name=values.tidy(name),
        created_at=now,
        updated_at=now,
        created_by_id=by.pk if by is not None else None,
    )
    saving.save(copy, NOUN)
    bands = {
        band.pk: WeightBand.objects.create(model=copy, name=band.name, value=band.value)
        for band in current.bands.order_by("pk")
    }
    ActivityWeight.objects.bulk_create(
        ActivityWeight(model=copy, event_type_id=weight.event_type_id, band=bands[weight.band_id])
        for weight in current.weights.order_by("pk")
    )
    return copy


@transaction.atomic
def edit(
    model: WeightingModel, *, bands: Any = None, weights: Any = None, by: User, now: datetime,
    unchanged_since: datetime | None = None,
) -> WeightingModel:  # fmt: skip
    """Change what is given of a draft (None: as it is).

    `bands`: all of them, `{"id", "name", "value"}`, a new one without an id; one that is not given goes.
    `weights`: those that change, `{"activity": id of a kind of event, "band": id or null}`; null counts nothing.
    Given both, the weights may name bands that stay. `unchanged_since`: the `updated_at` that the caller has seen.

    :raises PermissionDenied: if `by` may not change weighting models
    :raises Conflict: `not_draft` if it is active or archived; `gone`
    :raises Invalid: if a value is wrong, or a band goes that activities are in
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_weightingmodel")
    current = _draft(model, unchanged_since, "changed")
    if bands is not None:
        saving.refuse(weight_bands.faults(current, bands, _after(current, weights)))
    if weights is not None:
        saving.refuse(_weight_faults(current, weights))
        _set_weights(current, weights)
    if bands is not None:
        weight_bands.write(current, bands)
    current.updated_at = now
    current.save(update_fields=["updated_at"])
    return current


@transaction.atomic
def activate(
    model: WeightingModel, *, by: User, now: datetime, unchanged_since: datetime | None = None
) -> WeightingModel:
    """Score with a draft from the next run on, and archive the model that was active.

    :raises PermissionDenied: if `by` may not change weighting models
    :raises Conflict: `not_draft` if it is active or archived; `gone`
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.change_weightingmodel")
    # Two at once would both find the same active model.
    rows(sql("SELECT pg_advisory_xact_lock({cls}, 0)", cls=LOCK_CLASS))
    current = opened(model, unchanged_since=unchanged_since)
    if not can_proceed(current.activate):
        raise _not_draft(current, "activated")
    status = WeightingModel.Status.ACTIVE
    for former in WeightingModel.objects.select_for_update(no_key=True).filter(status=status):
        former.archive()
        former.updated_at = now
        former.save()
    current.activate(by=by, now=now)
    current.updated_at = now
    current.save()
    return current


@transaction.atomic
def delete(model: WeightingModel, *, by: User, unchanged_since: datetime | None = None) -> None:
    """Delete a draft for good.

    :raises PermissionDenied: if `by` may not delete weighting models
    :raises Conflict: `not_draft` if it is active or archived
    :raises Stale: if somebody changed it in between
    """
    require(by, "buying_groups.delete_weightingmodel")
    if not WeightingModel.objects.filter(pk=model.pk).exists():
        return
    current = _draft(model, unchanged_since, "deleted", to_delete=True)
    current.weights.all().delete()
    current.delete()


def _draft(
    model: WeightingModel, unchanged_since: datetime | None, done: str, *, to_delete: bool = False
) -> WeightingModel:
    current = opened(model, unchanged_since=unchanged_since, to_delete=to_delete)
    if current.status != WeightingModel.Status.DRAFT:
        raise _not_draft(current, done)
    return current


def _not_draft(model: WeightingModel, done: str) -> Conflict:
    said = {
        "changed": _("“%(name)s” is %(status)s: only a draft can be changed. Duplicate it instead."),
        "deleted": _("“%(name)s” is %(status)s: only a draft can be deleted. Duplicate it instead."),
        "activated": _("“%(name)s” is %(status)s: only a draft can be activated. Duplicate it instead."),
    }
    message = said[done] % {"name": model.name, "status": model.get_status_display().lower()}
    return Conflict("not_draft", message, allowed=["duplicate"])


def _weight_faults(model: WeightingModel, weights: Any) -> Iterator[Finding]:
    if not isinstance(weights, Sequence) or isinstance(weights, str):
        yield Finding("wrong_type", _("The weights of activities are a list."), ("weights",))
        return
    known = set(activities().values_list("pk", flat=True))
    bands = set(model.bands.values_list("pk", flat=True))
    seen: set[Any] = set()
    for i, weight in enumerate(weights):
        yield from (finding.under("weights", i) for finding in _fault_of(weight, known, bands, seen))


def _fault_of(weight: Any, known: set[int], bands: set[int], seen: set[Any]) -> Iterator[Finding]:
    if not isinstance(weight, Mapping) or set(weight) != {"activity", "band"}:
        yield Finding("wrong_type", _("A weight is an object with “activity” and “band”."))
        return
    activity, band = weight["activity"], weight["band"]
    if not weight_bands.is_whole(activity) or activity not in known:
        yield Finding("not_found", _("There is no such activity to weigh."), ("activity",))
    elif activity in seen:
        yield Finding("twice", _("This activity is given already."), ("activity",))
    else:
        seen.add(activity)
    if band is not None and not (weight_bands.is_whole(band) and band in bands):
        yield Finding("not_found", _("The model has no such band."), ("band",))


def _after(model: WeightingModel, weights: Any) -> dict[int, int]:
    """How many activities will be in each band, as far as what is given can be read."""
    placed = dict(model.weights.values_list("event_type_id", "band_id"))
    for weight in weights if isinstance(weights, list | tuple) else ():
        if isinstance(weight, Mapping) and weight_bands.is_whole(weight.get("activity")):
            placed[weight["activity"]] = weight.get("band")  # type: ignore[assignment]
    found: dict[int, int] = {}
    for band in placed.values():
        if weight_bands.is_whole(band):
            found[band] = found.get(band, 0) + 1
    return found


def _set_weights(model: WeightingModel, weights: Sequence[Mapping[str, Any]]) -> None:
    model.weights.filter(event_type__in=[weight["activity"] for weight in weights]).delete()
    ActivityWeight.objects.bulk_create(
        ActivityWeight(model=model, event_type_id=weight["activity"], band_id=weight["band"])
        for weight in weights
        if weight["band"] is not None
    )
