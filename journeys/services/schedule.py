"""Start and end of a published journey (spec 1.2, 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.findings import Finding
from journeys.nodes.timing import after

LONGEST_MONTHS = 36


def check_start(start: datetime | None, *, now: datetime) -> Iterator[Finding]:
    """What is wrong with the start of a journey that is published now; None is immediately."""
    if start is not None and start < now:
        yield Finding(
            "in_the_past", _("Start: this has passed; choose a later one, or immediately."), ("start",)
        )


def check_end(
    end: datetime | None, *, start: datetime, now: datetime, is_published: bool = False
) -> Iterator[Finding]:
    """What is wrong with the end of a journey that starts, or started, then."""
    if end is None:
        needed = _("End: this is needed to publish.")
        if is_published:
            needed = _("End: a published journey has one; give another date.")
        yield Finding("missing", needed, ("end",))
    elif end <= now:
        yield Finding("in_the_past", _("End: this has passed; choose a later one."), ("end",))
    elif end <= start:
        yield Finding("before_start", _("End: it must lie after the start."), ("end",))
    elif end > after(start, LONGEST_MONTHS, "months", ZoneInfo("UTC")):
        yield Finding("too_late", _("End: at most three years after the start."), ("end",))
