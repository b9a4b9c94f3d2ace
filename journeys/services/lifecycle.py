"""From draft to the end: the six statuses and who moves a journey between them (spec 1.2).

Nobody moves in the journey meanwhile (its fence is held alone): an abort or a close is true from its commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.errors import User, require
from accounts.findings import Invalid
from accounts.services import saving
from journeys import publishing
from journeys.document import fields
from journeys.document.field_checks import check_fields
from journeys.engine import ready
from journeys.models import HistoryRecord, Journey, Reference
from journeys.services.allowed import refuse
from journeys.services.opening import check_unchanged, fenced, person, record, touched
from journeys.services.schedule import check_end, check_start
from journeys.validation import Problem, find_problems

SYSTEM = HistoryRecord.Interface.SYSTEM
# Later than this, a start is said to be late.
PUNCTUAL = timedelta(minutes=1)


class Given(Enum):
    """In the place of a date that the caller leaves as the draft has it."""

    BY_DRAFT = "by draft"


class CannotPublish(Exception):
    """The draft has problems to resolve first (422)."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


@transaction.atomic
def publish(
    journey: Journey, *, by: User, now: datetime, interface: str,
    start: datetime | str | Given | None = Given.BY_DRAFT,
    end: datetime | str | Given | None = Given.BY_DRAFT,
    unchanged_since: datetime | None = None,
) -> Journey:  # fmt: skip
    """Freeze the map and let the audience in: at once, or at the start when that is in the future.

    `start`: None or "immediately" for now. The engine lets accounts in on its next round.

    :raises Conflict: if this is no draft
    :raises CannotPublish: if the map has problems
    :raises Invalid: at /start, /end, if these are missing or wrong
    :raises Stale: if somebody changed it, or its map, since `unchanged_since` (its `updated_at`)
    """
    current = fenced(journey)
    if not can_proceed(current.publish):
        raise refuse(current, "not_a_draft", _("Only a draft can be published."))
    require(by, "journeys.publish_journey")
    check_unchanged(current, unchanged_since)
    # Until the map holds on to what it names, nobody takes it away: else it could go between check and commit.
    saving.nothing_goes()
    if problems := find_problems(current, now=now):
        raise CannotPublish(problems)
    _set_schedule(current, {"start": start, "end": end}, now)
    current.publish(by=person(by), now=now)
    publishing.compile_draft(current, now=now)
    _save(
        current,
        by,
        now,
        "starts_at",
        "ends_at",
        "published_by",
        "published_at",
        "started_at",
        "version",
        "mode",
    )
    record(current, "published", by=by, now=now, interface=interface, **_schedule(current))
    return current


@transaction.atomic
def start(journey: Journey, *, now: datetime) -> bool:
    """Scheduled → Live, by the system. False: the start has not come, or somebody was faster."""
    current = fenced(journey)
    due = current.starts_at
    if not can_proceed(current.start) or due is None or due > now:
        return False
    current.start(now=now)
    _save(current, None, now, "started_at")
    late = {"late_by_seconds": int((now - due).total_seconds())} if now - due > PUNCTUAL else {}
    record(current, "started", by=None, now=now, interface=SYSTEM, **late)
    return True


@transaction.atomic
def close(
    journey: Journey, *, by: User, now: datetime, interface: str, unchanged_since: datetime | None = None
) -> Journey:
    """Live → Closed: nobody enters any more, those inside go on.

    :raises Conflict: if it is not live
    :raises Stale: if somebody changed it in between
    """
    current = fenced(journey)
    if not can_proceed(current.close):
        raise refuse(current, "not_live", _("Only a live journey can be closed to new entries."))
    require(by, "journeys.publish_journey")
    check_unchanged(current, unchanged_since)
    current.close()
    _save(current, by, now)
    record(current, "closed", by=by, now=now, interface=interface)
    return current


@transaction.atomic
def close_at_end(journey: Journey, *, now: datetime) -> bool:
    """Live → Closed, by the system at the end date. False: it has not come, or somebody was faster."""
    current = fenced(journey)
    if not can_proceed(current.close) or current.ends_at is None or current.ends_at > now:
        return False
    current.close()
    _save(current, None, now)
    record(current, "closed", by=None, now=now, interface=SYSTEM, because="end")
    return True


@transaction.atomic
def abort(
    journey: Journey, *, by: User, now: datetime, interface: str, unchanged_since: datetime | None = None
) -> Journey:
    """Stop for good. No entry moves once this has committed; the engine ends them where they stand.

    :raises Conflict: if it is neither scheduled, live nor closed
    :raises Stale: if somebody changed it in between
    """
    current = fenced(journey)
    if not can_proceed(current.abort):
        raise refuse(current, "not_published", _("Only a scheduled, live or closed journey can be aborted."))
    require(by, "journeys.abort_journey")
    check_unchanged(current, unchanged_since)
    current.abort(now=now)
    _save(current, by, now, "ended_at")
    _let_go(current)
    record(current, "aborted", by=by, now=now, interface=interface)
    return current


@transaction.atomic
def finish(journey: Journey, *, now: datetime, may: Callable[[int], bool] = ready.may_finish) -> bool:
    """Live or Closed → Finished, by the system. False: not yet (`may` says so under the fence)."""
    current = fenced(journey)
    if not can_proceed(current.finish) or not may(current.pk):
        return False
    current.finish(now=now)
    _save(current, None, now, "ended_at")
    _let_go(current)
    record(current, "finished", by=None, now=now, interface=SYSTEM)
    return True


def _set_schedule(journey: Journey, given: dict[str, Any], now: datetime) -> None:
    """Put start and end that are given in the place of the draft's, and check them."""
    said = {name: value for name, value in given.items() if value is not Given.BY_DRAFT}
    if wrong := check_fields(said):
        raise Invalid(wrong)
    for column, value in fields.columns(said).items():
        setattr(journey, column, value)
    wrong = [
        *check_start(journey.starts_at, now=now),
        *check_end(journey.ends_at, start=journey.starts_at or now, now=now),
    ]
    if wrong:
        raise Invalid(wrong)


def _schedule(journey: Journey) -> dict[str, Any]:
    written = fields.fields_of(journey)
    return {"start": written["start"], "end": written["end"]}


def _save(journey: Journey, by: User, now: datetime, *columns: str) -> None:
    """Write the new status and these columns of a journey that was loaded under its locks."""
    changed = touched(by, now)
    for column, value in changed.items():
        setattr(journey, column, value)
    journey.save(update_fields=["status", *columns, *changed])


def _let_go(journey: Journey) -> None:
    """What a published map held on to may be deleted now."""
    Reference.objects.filter(version__journey=journey).delete()
