"""A run of the engagement scores: everybody's, then every group's, in batches and on record (spec 3.6).

Scores are computed at once and wait in a table until they are written, so that a worker that dies leaves them to
the next one, and both halves of a run are of one mind. A run looks at the 30 days before it started.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction

from accounts.sql import Sql, rows, sql
from buying_groups import told
from buying_groups.engagement import groups, people
from buying_groups.engagement.batches import waiting
from buying_groups.models import JobRun, PendingScore

BATCH = 5_000  # people, or groups, in one transaction
LOCK_CLASS = 7432  # of the advisory locks: (class, id of the run)
# Computing reads all there is, and may take longer than one statement of a worker may (`ENGINE_STATEMENT_TIMEOUT`).
COMPUTING = Sql("SELECT set_config('statement_timeout', '0', true)")
# What is written is looked up by keys in tables that are in memory (docs/engine.md, Plans and pages).
WRITING = Sql(
    "SELECT set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true),"
    " set_config('lock_timeout', '5s', true)"
)
Clock = Callable[[], datetime]
Until = Callable[[], bool]


class Step(models.IntegerChoices):
    """How far a run has come (`JobRun.step`)."""

    COMPUTE_PEOPLE = 0
    WRITE_PEOPLE = 1
    # Those whose accounts somebody held before: it waits for them now.
    WRITE_PEOPLE_LEFT = 2
    COMPUTE_GROUPS = 3
    WRITE_GROUPS = 4
    WRITE_GROUPS_LEFT = 5


COMPUTES = (Step.COMPUTE_PEOPLE, Step.COMPUTE_GROUPS)
WRITES_PEOPLE = (Step.WRITE_PEOPLE, Step.WRITE_PEOPLE_LEFT)
WAITS = (Step.WRITE_PEOPLE_LEFT, Step.WRITE_GROUPS_LEFT)


def run_engagement(job_run: JobRun, clock: Clock, until: Until = lambda: False, *, size: int = BATCH) -> bool:
    """Go on with a run until it is over or `until` says so; whether it is over.

    A transaction for each batch, with the position of the run. While another worker is at the run, nothing is done.

    :raises OperationalError: if somebody holds an account for long at the end; the next round tries again
    """
    while True:
        with transaction.atomic():
            taken = _take(job_run)
            if taken is None:
                return not _open(job_run).exists()
            as_found = taken.status
            _go_on(taken, clock(), size)
            # After the accounts, and only if nobody has cancelled it meanwhile (docs/engine.md, The order of locks).
            if not _open(job_run).filter(status=as_found).select_for_update(no_key=True).exists():
                transaction.set_rollback(True)
                return True
            taken.save()
            if taken.status == JobRun.Status.DONE:
                told.tell(taken.pk, now=clock())
        if until():
            return taken.status == JobRun.Status.DONE


def _open(run: JobRun) -> models.QuerySet[JobRun]:
    return JobRun.objects.filter(pk=run.pk, status__in=[JobRun.Status.QUEUED, JobRun.Status.RUNNING])


def _take(run: JobRun) -> JobRun | None:
    """The run for this transaction; None when it is over, or another worker has it.

    Its row is not locked before the accounts (docs/engine.md, The order of locks).
    """
    [(mine,)] = rows(sql("SELECT pg_try_advisory_xact_lock({cls}, {id}::int)", cls=LOCK_CLASS, id=run.pk))
    return _open(run).first() if mine else None


def _go_on(run: JobRun, now: datetime, size: int) -> None:
    """One batch, or the computing before it."""
    if run.status == JobRun.Status.QUEUED:
        run.start(now=now)
    step = Step(run.step)
    if step in COMPUTES:
        run.total += _compute(run, step)
    elif ids := waiting(run, size=size):
        rows(WRITING)
        write = people.write if step in WRITES_PEOPLE else groups.write
        written = write(run, ids, waits=step in WAITS, now=now)
        run.position = ids[-1]
        run.done += written.done
        run.rescored += written.rescored
        return
    run.position = 0
    if step == Step.WRITE_GROUPS_LEFT:
        run.finish(now=now)
    else:
        run.step = step + 1


def _compute(run: JobRun, step: Step) -> int:
    rows(COMPUTING)
    # What a run has left that failed.
    PendingScore.objects.all().delete()
    if step == Step.COMPUTE_GROUPS:
        to_write, run.highest_root = groups.compute(run)
        return to_write
    return people.compute(run, at=run.started_at or run.queued_at)
