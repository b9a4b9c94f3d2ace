"""The bands of a weighting model as they are given: checked, and written (reference 8.5).

A band is `{"id", "name", "value"}`; a new one has no id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import values
from accounts.findings import Finding, Invalid
from accounts.sql import run, sql
from buying_groups.models import WeightBand, WeightingModel

KEYS = ("id", "name", "value")
HIGHEST = 100
NAME_LENGTH = 100
MOST = 50
Band = Mapping[str, Any]


def faults(model: WeightingModel, bands: Any, used: Mapping[int, int]) -> list[Finding]:
    """What is wrong with the bands; `used`: how many activities will be in those that there are."""
    if not isinstance(bands, list):
        return [Finding("wrong_type", _("The bands of a model are a list."), ("bands",))]
    if len(bands) > MOST:
        return [Finding("too_many", _("A model has at most %(most)s bands.") % {"most": MOST}, ("bands",))]
    there = dict(model.bands.values_list("pk", "name"))
    found = [
        finding.under("bands", i) for i, band in enumerate(bands) for finding in _faults_of(band, set(there))
    ]
    return [*found, *_doubles(bands)] or list(_in_use(there, bands, used))


def write(model: WeightingModel, bands: Sequence[Band]) -> None:
    """Make the model have these bands, without faults; one that is renamed keeps its activities.

    Names and values may change places among them, which no UPDATE can do row by row. So all go and come again,
    those that were there under their ids: what refers to them is looked at by the end of the transaction.

    :raises Invalid: if two names are one for the database, and were two for `faults`
    """
    run(sql("DELETE FROM buying_groups_weightband WHERE model_id = {model}", model=model.pk))
    try:
        with transaction.atomic():
            WeightBand.objects.bulk_create(
                WeightBand(
                    pk=band.get("id"), model=model, name=values.tidy(band["name"]), value=band["value"]
                )
                for band in bands
            )
    except IntegrityError as error:
        if "_per_name" not in str(error):
            raise
        raise Invalid([Finding("twice", _("Two bands have the same name."), ("bands",))]) from error


def is_whole(value: Any) -> bool:
    """Whether it is a number without a fraction, and no true or false."""
    return isinstance(value, int) and not isinstance(value, bool)


def _faults_of(band: Any, there: Collection[int]) -> Iterator[Finding]:
    if not isinstance(band, Mapping):
        yield Finding("wrong_type", _("A band is an object with “name” and “value”."))
        return
    for key in band:
        if key not in KEYS:
            said = _("“%(key)s” is not a field to write; known are %(known)s.")
            known_keys = {"key": str(key)[:60], "known": ", ".join(KEYS)}
            yield Finding("unknown_field", said % known_keys, (str(key),))
    id = band.get("id")
    if id is not None and not (is_whole(id) and id in there):
        yield Finding(
            "not_found", _("The model has no such band; a new one is given without an id."), ("id",)
        )
    yield from _name_faults(band.get("name"))
    if not is_whole(band.get("value")) or not 0 <= band["value"] <= HIGHEST:
        yield Finding(
            "wrong_value",
            _("A value is a whole number from 0 to %(highest)s.") % {"highest": HIGHEST},
            ("value",),
        )


def _name_faults(name: Any) -> Iterator[Finding]:
    try:
        if not values.name(name, max_length=NAME_LENGTH):
            yield Finding("empty_value", _("A name is needed."), ("name",))
    except ValueError as error:
        yield Finding("wrong_value", _("Name %(error)s") % {"error": error}, ("name",))


def _doubles(bands: list[Any]) -> Iterator[Finding]:
    """Ids, names without regard to case, and values are there once."""
    said = {
        "id": _("This band is given already."),
        "name": _("Another band has this name."),
        "value": _("Another band has this value."),
    }
    for key, message in said.items():
        seen: set[Any] = set()
        for i, band in enumerate(bands):
            value = _comparable(band.get(key)) if isinstance(band, Mapping) else None
            if value is not None and value in seen:
                yield Finding("twice", message, ("bands", i, key))
            seen.add(value)


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return values.tidy(value).casefold()
    return value if is_whole(value) else None


def _in_use(there: Mapping[int, str], bands: list[Band], used: Mapping[int, int]) -> Iterator[Finding]:
    """A band goes only when no activity is in it (reference U 21)."""
    kept = {band.get("id") for band in bands}
    for id, name in there.items():
        if id not in kept and (count := used.get(id, 0)):
            message = ngettext(
                "The band “%(name)s” cannot go while an activity is in it.",
                "The band “%(name)s” cannot go while %(n)s activities are in it.",
                count,
            )
            yield Finding("in_use", message % {"name": name, "n": count}, ("bands",))
