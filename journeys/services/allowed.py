"""What may be done in each status: the table of spec 1.2."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    Status.DRAFT: _("“%(name)s” is a draft."),
    Status.SCHEDULED: _("“%(name)s” is scheduled."),
    Status.LIVE: _("“%(name)s” is live."),
    Status.CLOSED: _("“%(name)s” is closed to new entries."),
    Status.ABORTED: _("“%(name)s” is aborted."),
    Status.FINISHED: _("“%(name)s” is finished."),
}


def allowed_actions(journey: Journey) -> list[str]:
    """What the journey's status allows, whoever asks."""
    return list(ALLOWED[journey.status])


def refuse(journey: Journey, code: str, reason: str) -> Conflict:
    """The error for what this status does not allow; `reason` is a sentence."""
    stands = IS[Status(journey.status)] % {"name": journey.name}
    return Conflict(code, f"{stands} {reason}", allowed=allowed_actions(journey))
