"""What goes round for buying groups: the runs of every night, and those that somebody has asked for.

Any number of workers may go round at once: a run is worked at by one of them, others pass it by, and a run whose
worker has died or had to leave is taken up where it stood.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import Q

from accounts.conditions import CannotCompile
from accounts.imports.locks import held
from accounts.sql import rows, sql
from buying_groups import told
from buying_groups.engagement import run_engagement
from buying_groups.jobs.batches import Clock, Until
from buying_groups.jobs.creation import run_creation
from buying_groups.jobs.maintenance import run_maintenance
from buying_groups.jobs.stages import run_stage_removal
from buying_groups.models import CreationJob, JobRun, SolutionInterest

logger = logging.getLogger(__name__)

# Class of the advisory locks: (class, id of the run); 0 is the queueing of a night.
LOCK_CLASS = 7424
OPEN = (JobRun.Status.QUEUED, JobRun.Status.RUNNING)
# Serialisation and deadlock, lock not available, connection, resources: the next round tries again.
OF_THE_MOMENT = ("40", "55P03", "57P", "25P03", "08", "53")


class Work(Protocol):
    def __call__(self, run: JobRun, clock: Clock, until: Until, /) -> bool:
        """Go on with the run until it is over or `until` says so; whether it is over."""


Kind = JobRun.Kind
# In the order of a night (reference U 39): a kind waits until those before it, asked for earlier, are through.
WORK: dict[str, Work] = {
    Kind.STAGES: run_stage_removal, Kind.CREATION: run_creation, Kind.MAINTENANCE: run_maintenance,
    Kind.ENGAGEMENT: run_engagement,
}  # fmt: skip


def go_round(clock: Clock, until: Until = lambda: False) -> int:
    """Queue what the night asks for, and work at what is queued; at how many runs."""
    queue_night(clock())
    worked = 0
    for run_id in open_runs():
        if until():
            break
        worked += _take(run_id, clock, until)
    return worked


def queue_night(now: datetime) -> None:
    """Once a night: creation by each job, maintenance and scores of everything. A night that was missed is made up for.

    Its runs are queued as of the moment at which it began.
    """
    began = night_of(now)
    if not SolutionInterest.objects.exists() or _is_queued(began):
        return
    with transaction.atomic():
        [(mine,)] = rows(sql("SELECT pg_try_advisory_xact_lock({cls}, 0)", cls=LOCK_CLASS))
        if mine and not _is_queued(began):
            queue_all(began)


def queue_all(at: datetime) -> None:
    """Queue what a night asks for; what is open already stays as it is."""
    JobRun.objects.bulk_create(_of_night(at), ignore_conflicts=True)


def open_runs() -> list[int]:
    """The runs that wait, or are under way, in the order in which they were asked for."""
    return list(JobRun.objects.filter(status__in=OPEN).order_by("pk").values_list("pk", flat=True))


def night_of(now: datetime) -> datetime:
    """When the last night began, by the clock of the installation."""
    zone = ZoneInfo(settings.BUYING_GROUPS_TIME_ZONE)
    at = time.fromisoformat(settings.BUYING_GROUPS_NIGHT)
    today = now.astimezone(zone).date()
    tonight = datetime.combine(today, at, zone).astimezone(UTC)
    if tonight <= now:
        return tonight
    return datetime.combine(today - timedelta(days=1), at, zone).astimezone(UTC)


def _is_queued(night: datetime) -> bool:
    return JobRun.objects.filter(queued_at=night, asked_by=None).exists()


def _of_night(began: datetime) -> Iterator[JobRun]:
    for job_id in CreationJob.objects.order_by("pk").values_list("pk", flat=True):
        yield JobRun(kind=Kind.CREATION, job_id=job_id, queued_at=began)
    yield from (JobRun(kind=kind, queued_at=began) for kind in (Kind.MAINTENANCE, Kind.ENGAGEMENT))
    # Where a run that took stages away has failed.
    for interest in SolutionInterest.objects.filter(stage_model=None).order_by("pk"):
        if interest.groups.filter(stage__isnull=False).exists():
            yield JobRun(kind=Kind.STAGES, solution_interest=interest, queued_at=began)


def _take(run_id: int, clock: Clock, until: Until) -> bool:
    """Work at a run, unless somebody else does or it has to wait; whether it was worked at."""
    with held(LOCK_CLASS, run_id) as mine:
        job_run = JobRun.objects.filter(pk=run_id, status__in=OPEN).first() if mine else None
        if job_run is None or _must_wait(job_run):
            return False
        try:
            WORK[job_run.kind](job_run, clock, until)
        except Exception as error:
            _note(job_run, error, clock)
    return True


def _must_wait(job_run: JobRun) -> bool:
    kinds = list(WORK)
    earlier = kinds[: kinds.index(job_run.kind)]
    return JobRun.objects.filter(Q(kind__in=earlier, status__in=OPEN), pk__lt=job_run.pk).exists()


def _note(job_run: JobRun, error: Exception, clock: Clock) -> None:
    """An error of the moment leaves the run to the next round; any other ends it.

    :raises Exception: the error, if the connection is gone
    """
    if _is_of_the_moment(error):
        if not connection.is_usable():
            raise error
        logger.warning("run %s of buying groups is left for the next round: %s", job_run.pk, error)
        return
    logger.exception("Run %s of buying groups failed", job_run.pk)
    said = str(error) if isinstance(error, CannotCompile) else f"{type(error).__name__}. See the log."
    with transaction.atomic():
        current = JobRun.objects.select_for_update(no_key=True).filter(pk=job_run.pk, status__in=OPEN).first()
        if current is not None:
            current.fail(said, now=clock())
            current.save(update_fields=["status", "error", "finished_at"])
            told.tell(current.pk, now=clock())


def _is_of_the_moment(error: Exception) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, DatabaseError) and (state is None or state.startswith(OF_THE_MOMENT))
