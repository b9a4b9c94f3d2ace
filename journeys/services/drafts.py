"""What is built and edited: the journey's fields and its map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import Stale, User, require
from accounts.findings import Finding, Invalid
from journeys.document import check, fields, references
from journeys.document.canonical import canonical_nodes
from journeys.models import Draft, DraftRevision, Journey
from journeys.publishing import targets_of
from journeys.services.allowed import ALLOWED, refuse
from journeys.services.opening import fenced, locked, person, record, touched, unique_name
from journeys.services.schedule import check_end

EMPTY_MAP: list[dict[str, Any]] = [{"key": "start", "kind": "account_audience", "next": None}]
# What may be changed beside a draft: a name always, an end date while the journey has one to come.
OF_PUBLISHED = frozenset({"name", "end"})


@transaction.atomic
def create(
    *, name: str, description: str = "", by: User, now: datetime, interface: str, settings: Mapping[str, Any] | None = None
) -> Journey:
    """A new draft with an empty start. `settings`: further fields, as the document has them (time_zone, end …).

    :raises Invalid: if a field is wrong, or the name is taken
    """
    require(by, "journeys.add_journey")
    given = {**(settings or {}), "name": name, "description": description}
    _refuse([*_unknown_fields(given), *fields.check_fields(given)])
    journey = insert(fields.columns(given), EMPTY_MAP, by=by, now=now)
    record(journey, "created", by=by, now=now, interface=interface)
    return journey


def insert(
    columns: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]], *, by: User, now: datetime, own: int = references.OWN
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
    journey.draft = Draft.objects.create(journey=journey, nodes=nodes, targets=targets_of(nodes))
    DraftRevision.objects.create(journey=journey, number=1, nodes=nodes, saved_at=now, saved_by=who)
    return journey


def rename(journey: Journey, *, name: str, by: User, now: datetime, interface: str) -> Journey:
    """Give the journey another name; allowed in every status."""
    return edit(journey, changes={"name": name}, by=by, now=now, interface=interface)


def change_end(journey: Journey, *, end: datetime | str | None, by: User, now: datetime, interface: str) -> Journey:
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
    if unchanged_since is not None and unchanged_since != current.updated_at:
        raise Stale("Somebody has changed this journey in between.")
    _refuse([*_unknown_fields(changes), *fields.check_fields(changes)])
    given = _merged(current, changes)
    columns = fields.columns(given)
    if "end" in changes and not current.is_editable:
        start = current.started_at or current.starts_at or now
        _refuse(list(check_end(columns["ends_at"], start=start, now=now)))
    before = fields.fields_of(current)
    with unique_name(columns.get("name", "")):
        Journey.objects.filter(pk=current.pk).update(**columns, **touched(by, now))
    edited = Journey.objects.get(pk=current.pk)
    record(edited, _what(changes), by=by, now=now, interface=interface, changes=_changes(before, fields.fields_of(edited)))
    return edited


@transaction.atomic
def save_map(
    journey: Journey, *, nodes: Any, by: User, now: datetime, interface: str, revision: int | None = None
) -> Draft:
    """Replace the map of a draft by these nodes, as the document has them. The same map again changes nothing.

    `revision`: the one that the caller has seen. Problems may stay; they are listed by `validation.find_problems`.

    :raises Conflict: if this is no draft
    :raises Stale: if somebody saved in between
    :raises Invalid: with what spec 1.5 refuses, places beginning with /nodes
    """
    current = _editable(journey, by)
    draft = _draft(current, revision)
    found = check.check_given(nodes, journey_id=current.pk)
    _refuse([finding.under("nodes") for finding in found])
    pinned = references.pin(canonical_nodes(nodes))
    if pinned == draft.nodes:
        return draft
    saved = _append(draft, pinned, back_to=draft.revision, by=by, now=now)
    record(current, "map_saved", by=by, now=now, interface=interface, revision=saved.revision)
    return saved


@transaction.atomic
def undo(journey: Journey, *, by: User, now: datetime, interface: str, revision: int | None = None) -> Draft:
    """Take the map back to what it was before the last change that still counts; again goes further back.

    :raises Conflict: if this is no draft, or there is nothing to take back
    :raises Stale: if somebody saved in between
    """
    current = _editable(journey, by)
    draft = _draft(current, revision)
    back_to = DraftRevision.objects.values_list("back_to", flat=True).get(journey=current, number=draft.revision)
    former = DraftRevision.objects.filter(journey=current, number=back_to).first() if back_to else None
    if former is None:
        raise refuse(current, "nothing_to_undo", "There is no change of its map to take back.")
    saved = _append(draft, former.nodes, back_to=former.back_to, by=by, now=now)
    record(current, "map_undone", by=by, now=now, interface=interface, revision=saved.revision, back_to=former.number)
    return saved


def _editable(journey: Journey, by: User) -> Journey:
    current = locked(journey)
    if not current.is_editable:
        raise refuse(current, "not_editable", "Only the map of a draft can be edited; duplicate it to change it.")
    require(by, "journeys.change_journey")
    return current


def _draft(journey: Journey, revision: int | None) -> Draft:
    draft = Draft.objects.get(journey=journey)
    if revision is not None and revision != draft.revision:
        raise Stale(f"Somebody has saved this map in between: it is at revision {draft.revision}, not {revision}.")
    return draft


def _append(draft: Draft, nodes: list[dict[str, Any]], *, back_to: int | None, by: User, now: datetime) -> Draft:
    """Save the nodes as the next revision."""
    draft.nodes, draft.targets, draft.revision = nodes, targets_of(nodes), draft.revision + 1
    draft.save(update_fields=["nodes", "targets", "revision"])
    DraftRevision.objects.create(
        journey_id=draft.journey_id, number=draft.revision, nodes=nodes, back_to=back_to, saved_at=now, saved_by=person(by)
    )
    Journey.objects.filter(pk=draft.journey_id).update(**touched(by, now))
    return draft


def _may_edit(journey: Journey, changes: Mapping[str, Any]) -> None:
    if journey.is_editable:
        return
    if not OF_PUBLISHED.issuperset(changes):
        raise refuse(journey, "not_editable", "Only a draft can be edited; afterwards its name and its end date can.")
    if "end" in changes and "change_end" not in ALLOWED[journey.status]:
        raise refuse(journey, "end_is_final", "Its end date can no longer be changed.")


def _unknown_fields(given: Mapping[str, Any]) -> list[Finding]:
    return [
        Finding("unknown_key", f"“{key}” is not a field; known are {', '.join(fields.FIELDS)}.", (key,))
        for key in given
        if key not in fields.FIELDS
    ]


def _merged(journey: Journey, changes: Mapping[str, Any]) -> dict[str, Any]:
    if "re_entry" not in changes:
        return dict(changes)
    return {**changes, "re_entry": {**fields.fields_of(journey)["re_entry"], **changes["re_entry"]}}


def _what(changes: Mapping[str, Any]) -> str:
    return {("name",): "renamed", ("end",): "end_changed"}.get(tuple(changes), "edited")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _refuse(findings: Sequence[Finding]) -> None:
    if refused := [finding for finding in findings if finding.refused]:
        raise Invalid(refused)
