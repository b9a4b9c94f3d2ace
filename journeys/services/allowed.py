"""What may be done in each status: the table of spec 1.2."""

from __future__ import annotations

from accounts.errors import Conflict
from journeys.models import Journey

Status = Journey.Status

ALLOWED: dict[str, tuple[str, ...]] = {
    Status.DRAFT: ("publish", "duplicate", "delete", "edit"),
    Status.SCHEDULED: ("abort", "duplicate", "change_end"),
    Status.LIVE: ("close", "abort", "duplicate", "change_end"),
    Status.CLOSED: ("abort", "duplicate", "change_end"),
    Status.ABORTED: ("duplicate", "delete"),
    Status.FINISHED: ("duplicate", "delete"),
}
"""By status. A new name is allowed in each, and a draft's end date is part of *edit*."""

IS = {
    Status.DRAFT: "a draft",
    Status.SCHEDULED: "scheduled",
    Status.LIVE: "live",
    Status.CLOSED: "closed to new entries",
    Status.ABORTED: "aborted",
    Status.FINISHED: "finished",
}


def allowed_actions(journey: Journey) -> list[str]:
    """What the journey's status allows, whoever asks."""
    return list(ALLOWED[journey.status])


def refuse(journey: Journey, code: str, reason: str) -> Conflict:
    """The error for what this status does not allow; `reason` is a sentence."""
    message = f"“{journey.name}” is {IS[Status(journey.status)]}. {reason}"
    return Conflict(code, message, allowed=allowed_actions(journey))
