"""The map of a draft is saved, and changes of it are taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Stale, User, require
from journeys.document import check, references
from journeys.document.canonical import canonical_nodes
from journeys.instants import write_instant
from journeys.models import Draft, DraftRevision, Journey
from journeys.publishing import note_targets
from journeys.services.allowed import refuse
from journeys.services.opening import locked, person, record, refuse_wrong, touched


@transaction.atomic
def save_map(
    journey: Journey, *, nodes: Any, by: User, now: datetime, interface: str, revision: int | None = None
) -> Draft:
    """Replace the map of a draft by these nodes, as the document has them; the same again changes nothing.

    `revision`: the one that the caller has seen. Problems may stay: `validation.find_problems` lists them.

    :raises Conflict: if this is no draft
    :raises Stale: if somebody saved in between
    :raises Invalid: with what spec 1.5 refuses, places beginning with /nodes
    """
    current = _editable(journey, by)
    draft = _draft(current, revision)
    found = check.check_given(nodes, journey_id=current.pk)
    refuse_wrong([finding.under("nodes") for finding in found])
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
    back_to = DraftRevision.objects.values_list("back_to", flat=True).get(
        journey=current, number=draft.revision
    )
    former = DraftRevision.objects.filter(journey=current, number=back_to).first() if back_to else None
    if former is None:
        raise refuse(current, "nothing_to_undo", _("There is no change of its map to take back."))
    saved = _append(draft, former.nodes, back_to=former.back_to, by=by, now=now)
    record(
        current,
        "map_undone",
        by=by,
        now=now,
        interface=interface,
        revision=saved.revision,
        back_to=former.number,
    )
    return saved


def _editable(journey: Journey, by: User) -> Journey:
    current = locked(journey)
    if not current.is_editable:
        raise refuse(
            current, "not_editable", _("Only the map of a draft can be edited; duplicate it to change it.")
        )
    require(by, "journeys.change_journey")
    return current


def _draft(journey: Journey, revision: int | None) -> Draft:
    draft = Draft.objects.get(journey=journey)
    if revision is not None and revision != draft.revision:
        said = _("Somebody has saved this map in between: it is at revision %(now)s, not %(seen)s.")
        raise Stale(said % {"now": draft.revision, "seen": revision}, changes=_changes(draft, revision))
    return draft


def _changes(draft: Draft, seen: int) -> dict[str, Any] | None:
    """What was saved since that revision, and who saved last; nodes by their keys, names as they are now."""
    revisions = DraftRevision.objects.filter(journey_id=draft.journey_id, number__in=(seen, draft.revision))
    rows = {row.number: row for row in revisions.select_related("saved_by")}
    if len(rows) < 2:
        return None
    before, after = ({node["key"]: node for node in references.unpin(rows[n].nodes)} for n in sorted(rows))
    last = rows[draft.revision]
    return {
        "revision": last.number,
        "saved_at": write_instant(last.saved_at),
        "saved_by": {"id": last.saved_by.pk, "username": last.saved_by.username} if last.saved_by else None,
        "added": [key for key in after if key not in before],
        "changed": [key for key in after if key in before and before[key] != after[key]],
        "removed": [key for key in before if key not in after],
    }


def _append(
    draft: Draft, nodes: list[dict[str, Any]], *, back_to: int | None, by: User, now: datetime
) -> Draft:
    """Save the nodes as the next revision."""
    draft.nodes, draft.revision = nodes, draft.revision + 1
    draft.save(update_fields=["nodes", "revision"])
    note_targets(draft)
    DraftRevision.objects.create(
        journey_id=draft.journey_id,
        number=draft.revision,
        nodes=nodes,
        back_to=back_to,
        saved_at=now,
        saved_by=person(by),
    )
    Journey.objects.filter(pk=draft.journey_id).update(**touched(by, now))
    return draft
