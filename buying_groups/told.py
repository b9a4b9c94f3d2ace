"""Whoever has asked for a run is told when it is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.models import Notice
from buying_groups.models import JobRun

TEXTS = {
    "creation_done": _(
        "Creating buying groups of “%(interest)s” from “%(source)s” is done. New groups: %(created)s."
    ),
    "creation_failed": _("Creating buying groups of “%(interest)s” from “%(source)s” has failed: %(error)s"),
    "creation_cancelled": _(
        "Creating buying groups of “%(interest)s” from “%(source)s” was cancelled by %(by)s after %(done)s of %(total)s"
        " accounts."
    ),
    "maintenance_done": _(
        "Updating the buying groups of “%(interest)s” is done. Members assigned: %(added)s, removed: %(removed)s, with"
        " another role: %(changed_role)s."
    ),
    "maintenance_failed": _("Updating the buying groups of “%(interest)s” has failed: %(error)s"),
    "maintenance_cancelled": _(
        "Updating the buying groups of “%(interest)s” was cancelled by %(by)s after %(done)s of %(total)s groups."
    ),
    "stages_done": _("Taking away the stages of “%(interest)s” is done."),
    "stages_failed": _("Taking away the stages of “%(interest)s” has failed: %(error)s"),
    "stages_cancelled": _(
        "Taking away the stages of “%(interest)s” was cancelled by %(by)s after %(done)s of %(total)s groups."
    ),
    # Of all groups: what nobody but the night asks for, and programs.
    "all_done": _("The run over all buying groups is done."),
    "all_failed": _("The run over all buying groups has failed: %(error)s"),
    "all_cancelled": _("The run over all buying groups was cancelled by %(by)s after %(done)s of %(total)s."),
}
LEVELS = {JobRun.Status.FAILED: Notice.Level.BAD, JobRun.Status.CANCELLED: Notice.Level.LOOK}


def tell(run_id: int, *, now: datetime) -> None:
    """Tell who asked for a run, unless they have cancelled it themselves; in the transaction that ends it."""
    found = JobRun.objects.select_related(
        "solution_interest", "job__solution_interest", "job__audience", "job__account_list", "cancelled_by"
    )
    run = found.get(pk=run_id)
    if run.asked_by_id is None or run.cancelled_by_id == run.asked_by_id:
        return
    interest = run.job.solution_interest if run.job else run.solution_interest
    params = {
        "interest": interest or "",
        "source": (run.job.audience or run.job.account_list) if run.job else "",
        "by": run.cancelled_by or "–",
        "error": run.error,
        "done": run.done,
        "total": run.total,
        "created": run.created_groups,
        "added": run.added,
        "removed": run.removed,
        "changed_role": run.changed_role,
    }
    code = f"{run.kind if interest else 'all'}_{run.status}"
    level = LEVELS.get(JobRun.Status(run.status), Notice.Level.GOOD)
    notices.tell(run.asked_by_id, code, params, level=level, about=interest, now=now)
