"""Stopping a run over buying groups."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.errors import Conflict, User, require
from buying_groups import told
from buying_groups.models import JobRun


@transaction.atomic
def cancel(run_id: int, *, by: User, now: datetime) -> JobRun:
    """Stop a run, between its batches: what is done stays, and is on record.

    It is true from its commit: a batch under way has committed before, or is undone (docs/engine.md, The fence). What
    comes behind goes on: the next night, or whoever asks, begins a run of its own that finds what is left.

    :raises PermissionDenied: without buying_groups.change_jobrun
    :raises JobRun.DoesNotExist:
    :raises Conflict: "not_allowed" when it is over
    """
    require(by, "buying_groups.change_jobrun")
    # The row alone, and last of all locks: whoever records a batch has its accounts before it has this.
    run = JobRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if not can_proceed(run.cancel):
        said = _("The run is over: %(status)s.") % {"status": run.get_status_display().lower()}
        raise Conflict("not_allowed", said)
    run.cancel(by_id=by.pk if by is not None else None, now=now)
    run.save(update_fields=["status", "cancelled_by", "finished_at"])
    told.tell(run.pk, now=now)
    return run
