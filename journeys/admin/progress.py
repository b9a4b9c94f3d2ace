"""How entries stand, of one journey or of several at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.sql import rows, sql
from journeys.admin.door import to
from journeys.models import Entry, Journey, What
from journeys.reports.numbers import Numbers, Progress

ENDS = {
    "entered": What.ENTERED,
    "completed": What.COMPLETED,
    "removed": What.REMOVED,
    "aborted": What.ABORTED,
}
STATUSES = {
    "active": Entry.Status.ACTIVE, "completed": Entry.Status.COMPLETED, "removed": Entry.Status.REMOVED,
    "aborted": Entry.Status.ABORTED, "failed": Entry.Status.FAILED,
}  # fmt: skip


def of_journeys(ids: Collection[int]) -> dict[int, Progress]:
    """The progress of each of these journeys; one query."""
    counts: dict[int, dict[int, int]] = {journey: {} for journey in ids}
    aborted = set()
    for journey, what, n, is_aborted in _counted(ids) if ids else []:
        counts[journey][what] = int(n)
        if is_aborted:
            aborted.add(journey)
    found = {journey: _progress(counted) for journey, counted in counts.items()}
    return found | {journey: found[journey].as_aborted() for journey in aborted}


def _counted(ids: Collection[int]) -> list[tuple[Any, ...]]:
    return rows(sql(
        "SELECT journey_id, what, sum(n), (SELECT status = {aborted} FROM journeys_journey WHERE id = journey_id)"
        " FROM (SELECT journey_id, node_id, what, n FROM journeys_counter"
        " WHERE journey_id = ANY ({ids}) UNION ALL SELECT journey_id, node_id, what, n FROM journeys_counterdelta"
        " WHERE journey_id = ANY ({ids})) AS every WHERE node_id = 0 OR what = {failed} GROUP BY journey_id, what",
        ids=list(ids), failed=int(What.FAILED), aborted=Journey.Status.ABORTED.value,
    ))  # fmt: skip


def _progress(found: Mapping[int, int]) -> Progress:
    return Progress(
        failed=found.get(What.FAILED, 0), **{name: found.get(what, 0) for name, what in ENDS.items()}
    )


def parts(journey: Journey, progress: Progress) -> list[dict[str, Any]]:
    """The bar above the tabs: entries by status, each with its share and the list behind it."""
    named = [
        ("completed", _("Completed"), progress.completed), ("active", _("Active"), progress.active),
        ("failed", _("Failed"), progress.failed), ("removed", _("Removed"), progress.removed),
        ("aborted", _("Aborted"), progress.aborted),
    ]  # fmt: skip
    url = to("entries", journey.pk)
    return [
        {
            "name": name,
            "label": label,
            "n": n,
            "share": round(100 * n / progress.entered, 2) if progress.entered else 0,
            "url": f"{url}?status={int(STATUSES[name])}",
        }
        for name, label, n in named
    ]


def rate(progress: Progress) -> str:
    """The completion rate; a dash while nobody has entered."""
    found = progress.completion_rate
    return "–" if found is None else f"{100 * found:.1f} %"


def as_json(journey: Journey, numbers: Numbers, *, engine_held: bool) -> dict[str, Any]:
    """What the page asks for every few seconds."""
    progress = numbers.progress
    nodes = {
        node.node.key: {
            "entered": node.entered,
            "there": node.there,
            "done": node.done,
            "skipped": node.skipped,
            "failed": node.failed,
            "unmatched": node.unmatched,
        }
        for node in numbers.nodes
    }
    return {
        "status": journey.status,
        "held": engine_held or journey.held_at is not None,
        "nodes": nodes,
        "entered": progress.entered,
        "rate": rate(progress),
        "parts": {part["name"]: [part["n"], part["share"]] for part in parts(journey, progress)},
    }
