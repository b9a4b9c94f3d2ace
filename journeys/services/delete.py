from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import User, require
from journeys.models import Journey
from journeys.services.allowed import ALLOWED, refuse
from journeys.services.opening import check_unchanged, fenced, record, touched


@transaction.atomic
def delete(
    journey: Journey, *, by: User, now: datetime, interface: str, unchanged_since: datetime | None = None
) -> None:
    """Delete for good: gone at once, its name is free; the engine removes its rows in the background.

    :raises Conflict: if it is neither a draft, aborted nor finished
    :raises Stale: if somebody changed it in between
    """
    current = fenced(journey)
    if "delete" not in ALLOWED[current.status]:
        raise refuse(
            current, "not_deletable", _("Only a draft, an aborted or a finished journey can be deleted.")
        )
    require(by, "journeys.delete_journey")
    check_unchanged(current, unchanged_since)
    Journey.objects.filter(pk=current.pk).update(deleted_at=now, **touched(by, now))
    record(current, "deleted", by=by, now=now, interface=interface)
