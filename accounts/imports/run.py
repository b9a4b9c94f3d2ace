"""Running an import from its file to its figures: chunk by chunk, one transaction each.

A worker that dies leaves what it has committed; running the import again reads the file from the beginning
and finds those rows unchanged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django_fsm import can_proceed

from accounts.imports import locks, told
from accounts.imports.chunks import collect
from accounts.imports.commit import analyze, commit
from accounts.imports.identity import account_keys, person_keys
from accounts.imports.mapping import find_problems, targets
from accounts.imports.reading import CsvFile, Problem, Unreadable
from accounts.imports.rows import Parsed, RowParser
from accounts.models import Import

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Report = Callable[[Import], None]

# From so many new rows on the planner must learn about the tables at once.
MANY = 5_000


class Attempt(Enum):
    """What became of the wish to run an import."""

    RAN = "ran"
    # Another import runs; this one stays queued.
    WAITING = "waiting"
    # Another worker is at this very import.
    TAKEN = "taken"
    # It is done, failed or cancelled, or nobody has queued it.
    NOT_QUEUED = "not queued"


def run(import_id: int, *, clock: Clock, report: Report = lambda job: None, tells: bool = True) -> Attempt:
    """Run a queued import, or one whose worker has died, to its end. `report` is called after every chunk.

    `tells`: whether who made it is told that it is over; who waits for it need not be.
    """
    with locks.held(locks.OWN, import_id) as mine:
        if not mine:
            return Attempt.TAKEN
        with locks.held(locks.ONE_AT_A_TIME) as alone:
            if not alone:
                return Attempt.WAITING
            job = _start(import_id, clock())
            if job is None:
                return Attempt.NOT_QUEUED
            _run(job, clock, report, tells)
            return Attempt.RAN


def run_next(*, clock: Clock) -> bool:
    """Run the import that has waited longest, first one whose worker has died. False when there is nothing to
    do."""
    waiting = Import.objects.filter(status__in=(Import.Status.QUEUED, Import.Status.RUNNING))
    for import_id in waiting.order_by(F("started_at").asc(nulls_last=True), "id").values_list(
        "pk", flat=True
    ):
        attempt = run(import_id, clock=clock)
        if attempt in (Attempt.RAN, Attempt.WAITING):
            return attempt is Attempt.RAN
    return False


@transaction.atomic
def _start(import_id: int, now: datetime) -> Import | None:
    """The import, begun; None when it must not run. Whoever cancels it waits for the row or is seen here."""
    job = Import.objects.select_for_update(no_key=True).get(pk=import_id)
    if not can_proceed(job.start):
        return None
    if job.cancel_requested:
        # Its worker has died since: it begins nothing anew to stop after the first rows.
        job.cancel(now=now)
        job.save(update_fields=["status", "finished_at"])
        told.tell(job, now=now)
        return None
    job.start(now=now)
    job.problems.all().delete()
    job.save()
    return job


def _run(job: Import, clock: Clock, report: Report, tells: bool) -> None:
    # What is wrong with rows is stored, for all who look at it later: in English, whoever began the import.
    with translation.override(None):
        _run_in_english(job, clock, report, tells)


def _run_in_english(job: Import, clock: Clock, report: Report, tells: bool) -> None:
    try:
        _read(job, clock, report)
    except Unreadable as error:
        job.fail(str(error), now=clock())
    except Exception as error:
        logger.exception("Import %s failed", job.pk)
        job.fail(
            f"The import broke off after row {job.rows:,}: {type(error).__name__}. See the log.", now=clock()
        )
    _close(job, clock, tells)
    report(job)


def _close(job: Import, clock: Clock, tells: bool) -> None:
    if job.created >= MANY:
        analyze(job.kind)
    with transaction.atomic():
        # Whoever has cancelled it by now is believed; whoever comes behind is told that it is over.
        held = Import.objects.select_for_update(no_key=True).get(pk=job.pk)
        if job.status == Import.Status.RUNNING:
            if held.cancel_requested:
                job.cancel(now=clock())
            else:
                job.finish(now=clock())
        job.save(update_fields=["status", "error", "finished_at"])
        job.cancelled_by = held.cancelled_by
        if tells:
            told.tell(job, now=clock())


def _read(job: Import, clock: Clock, report: Report) -> None:
    with job.file.open("rb") as file:
        csv = CsvFile(file)
        parser = _parser(job, csv)
        keys_of = account_keys if job.kind == Import.Kind.ACCOUNTS else person_keys
        for chunk in collect(_parsed(csv, parser), keys_of):
            commit(job, chunk, parser, csv.bytes_read, clock)
            report(job)
            if job.cancel_requested:
                return
    if not job.rows:
        raise Unreadable("The file has a header and no rows.")


def _parser(job: Import, csv: CsvFile) -> RowParser:
    """:raises Unreadable: if the mapping does not fit the file, or not any more"""
    known = targets(job.kind)
    if findings := find_problems(job.kind, csv.header, job.mapping, known):
        raise Unreadable(" ".join(finding.message for finding in findings))
    return RowParser(csv.header, job.mapping, known)


def _parsed(csv: CsvFile, parser: RowParser) -> Iterator[Parsed | list[Problem]]:
    for item in csv:
        yield [item] if isinstance(item, Problem) else parser.parse(item)
