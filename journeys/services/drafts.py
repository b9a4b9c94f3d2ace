"""Drafts are made, and fields edited: all of a draft, name and end date later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import User, require
from accounts.findings import Finding
from journeys.document import fields, references
from journeys.document.field_checks import FIELDS, check_fields
from journeys.models import Draft, DraftRevision, Journey
from journeys.publishing import note_targets
from journeys.services.allowed import ALLOWED, refuse
from journeys.services.opening import (
    check_unchanged,
    fenced,
    locked,
    person,
    record,
    refuse_wrong,
    touched,
    unique_name,
)
from journeys.services.schedule import check_end

EMPTY_MAP: list[dict[str, Any]] = [{"key": "start", "kind": "account_audience", "next": None}]
# What may be changed beside a draft: a name always, an end date while the journey has one to come.
OF_PUBLISHED = frozenset({"name", "end"})


@transaction.atomic
def create(
    *,
    name: str,
    description: str = "",
    by: User,
    now: datetime,
    interface: str,
    settings: Mapping[str, Any] | None = None,
) -> Journey:
    """A new draft with an empty start. `settings`: further fields of the document (time_zone, end …).

    :raises Invalid: if a field is wrong, or the name is taken
    """
    require(by, "journeys.add_journey")
    given = {**(settings or {}), "name": name, "description": description}
    refuse_wrong([*_unknown_fields(given), *check_fields(given)])
    journey = insert(fields.columns(given), EMPTY_MAP, by=by, now=now)
    record(journey, "created", by=by, now=now, interface=interface)
    return journey


def insert(
    columns: Mapping[str, Any],
    nodes: Sequence[Mapping[str, Any]],
    *,
    by: User,
    now: datetime,
    own: int = references.OWN,
) -> Journey:
    """The rows of a new draft with its first revision; the columns and the pinned nodes have been checked.

    References to the journey of the id `own` become references to the new one.

    :raises Invalid: if the name is taken
    """
    who = person(by)
    with unique_name(columns["name"]):
        journey = Journey.objects.create(
            **{**fields.defaults(), **columns}, created_at=now, created_by=who, updated_at=now, updated_by=who
        )
    nodes = references.turned(nodes, own, journey)
    journey.draft = Draft.objects.create(journey=journey, nodes=nodes)
    note_targets(journey.draft)
    DraftRevision.objects.create(journey=journey, number=1, nodes=nodes, saved_at=now, saved_by=who)
    return journey


def rename(journey: Journey, *, name: str, by: User, now: datetime, interface: str) -> Journey:
    """Give the journey another name; allowed in every status."""
    return edit(journey, changes={"name": name}, by=by, now=now, interface=interface)


def change_end(
    journey: Journey, *, end: datetime | str | None, by: User, now: datetime, interface: str
) -> Journey:
    """Give the journey another end date."""
    return edit(journey, changes={"end": end}, by=by, now=now, interface=interface)


@transaction.atomic
def edit(
    journey: Journey, *, changes: Mapping[str, Any], by: User, now: datetime, interface: str,
    unchanged_since: datetime | None = None,
) -> Journey:  # fmt: skip
    """Change fields, as the document has them (1.3, 1.12): all in a draft, else name and end date.

    Parts of `re_entry` that are not given stay. `unchanged_since`: the `updated_at` that the caller has seen.

    :raises Conflict: if the status does not allow it
    :raises Stale: if somebody changed it in between
    :raises Invalid: if a field is wrong, or the name is taken
    """
    # Only a new end date bears on moving; a name must not wait for a batch.
    current = fenced(journey) if "end" in changes else locked(journey)
    _may_edit(current, changes)
    require(by, "journeys.change_journey")
    check_unchanged(current, unchanged_since)
    refuse_wrong([*_unknown_fields(changes), *check_fields(changes)])
    given = _merged(current, changes)
    columns = fields.columns(given)
    if "end" in changes and not current.is_editable:
        start = current.started_at or current.starts_at or now
        refuse_wrong(list(check_end(columns["ends_at"], start=start, now=now, is_published=True)))
    before = fields.fields_of(current)
    with unique_name(columns.get("name", "")):
        Journey.objects.filter(pk=current.pk).update(**columns, **touched(by, now))
    edited = Journey.objects.get(pk=current.pk)
    record(
        edited,
        _what(changes),
        by=by,
        now=now,
        interface=interface,
        changes=_changes(before, fields.fields_of(edited)),
    )
    return edited


def _may_edit(journey: Journey, changes: Mapping[str, Any]) -> None:
    if journey.is_editable:
        return
    if not OF_PUBLISHED.issuperset(changes):
        raise refuse(
            journey,
            "not_editable",
            _("Only a draft can be edited; afterwards its name and its end date can."),
        )
    if "end" in changes and "change_end" not in ALLOWED[journey.status]:
        raise refuse(journey, "end_is_final", _("Its end date can no longer be changed."))


def _unknown_fields(given: Mapping[str, Any]) -> list[Finding]:
    said = _("“%(key)s” is not a field; known are %(known)s.")
    return [
        Finding("unknown_field", said % {"key": key, "known": ", ".join(FIELDS)}, (key,))
        for key in given
        if key not in FIELDS
    ]


def _merged(journey: Journey, changes: Mapping[str, Any]) -> dict[str, Any]:
    if "re_entry" not in changes:
        return dict(changes)
    return {**changes, "re_entry": {**fields.fields_of(journey)["re_entry"], **changes["re_entry"]}}


def _what(changes: Mapping[str, Any]) -> str:
    if set(changes) == {"name"}:
        return "renamed"
    return "end_changed" if set(changes) == {"end"} else "edited"


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
