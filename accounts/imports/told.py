"""Whoever has asked for an import is told when it is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.models import Import, Notice

TEXTS = {
    "import_done": _(
        "The import of “%(file)s” is done. Created: %(created)s, updated: %(updated)s, left out: %(failed)s."
    ),
    "import_failed": _("The import of “%(file)s” has failed: %(error)s"),
    "import_cancelled": _("The import of “%(file)s” was cancelled by %(by)s after %(rows)s rows."),
}


def tell(job: Import, *, now: datetime) -> None:
    """Tell who made it, unless they have cancelled it themselves; in the transaction that ends it."""
    if job.status == Import.Status.CANCELLED and job.cancelled_by_id == job.created_by_id:
        return
    level = Notice.Level.GOOD
    if job.status == Import.Status.FAILED:
        level = Notice.Level.BAD
    elif job.status == Import.Status.CANCELLED or job.failed:
        level = Notice.Level.LOOK
    params = {
        "file": job.file_name, "created": job.created, "updated": job.updated, "failed": job.failed,
        "rows": job.rows, "error": job.error, "by": job.cancelled_by or "–",
    }  # fmt: skip
    notices.tell(job.created_by_id, f"import_{job.status}", params, level=level, about=job, now=now)
