"""Storing one chunk of an import, its figures and its problems in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import F

from accounts.events import Source
from accounts.imports import accounts, people
from accounts.imports.chunks import Chunk
from accounts.imports.outcome import Stored
from accounts.imports.reading import Problem
from accounts.imports.rows import RowParser
from accounts.models import Event, Import, ImportProblem
from accounts.sql import Sql, run

TRIES = 3
# Deadlock, serialization failure, lock timeout; an external id that somebody else has taken meanwhile.
TRY_AGAIN = {"40P01", "40001", "55P03", "23505"}
TABLES = {
    Import.Kind.ACCOUNTS: ["accounts_account"],
    Import.Kind.PEOPLE: ["accounts_person", "accounts_accountperson", "accounts_personscore"],
}
# A round stores at least one row, unless what it found is deleted by others in that moment.
SPARE_ROUNDS = 50
FIGURES = ("bytes_read", "rows", "created", "updated", "unchanged", "failed", "cancel_requested")


@dataclass
class _Figures:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    failed: int = 0

    def add(self, stored: Stored) -> None:
        self.created += stored.created
        self.updated += stored.updated
        self.unchanged += stored.unchanged
        self.problems += stored.problems
        self.failed += stored.failed


def commit(
    job: Import, chunk: Chunk, parser: RowParser, bytes_read: int, clock: Callable[[], datetime]
) -> None:
    """Store a chunk; again when another writer was in the way. The job's figures are those of the database
    then."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                _store(job, chunk, parser, bytes_read, clock())
            break
        except DatabaseError as error:
            if attempt == TRIES or getattr(error.__cause__, "sqlstate", "") not in TRY_AGAIN:
                raise
    fresh = Import.objects.values(*FIGURES).get(pk=job.pk)
    for name, value in fresh.items():
        setattr(job, name, value)


def _store(job: Import, chunk: Chunk, parser: RowParser, bytes_read: int, now: datetime) -> None:
    # Compiling costs more than these statements take.
    run(Sql("SET LOCAL jit = off"))
    figures = _store_rounds(job, chunk, parser, now)
    _record(job, figures.problems)
    Import.objects.filter(pk=job.pk).update(
        bytes_read=bytes_read,
        rows=F("rows") + len(chunk),
        created=F("created") + figures.created,
        updated=F("updated") + figures.updated,
        unchanged=F("unchanged") + figures.unchanged,
        failed=F("failed") + figures.failed,
    )


def _store_rounds(job: Import, chunk: Chunk, parser: RowParser, now: datetime) -> _Figures:
    """Round after round; what a round could not do yet comes before the next one.

    One round locks as it goes. Of several, a later one would wait for accounts while people are held
    (docs/engine.md, The order of locks): so all is locked before the first one, and none of them waits. What
    one finds locked after all has come in between, and the chunk is tried again.
    """
    kind = accounts if job.kind == Import.Kind.ACCOUNTS else people
    source = Source(Event.Source.IMPORT, job.pk)
    figures = _Figures(problems=list(chunk.problems), failed=chunk.bad_rows)
    pending = list(reversed(chunk.rounds))
    is_locked = len(pending) > 1
    if is_locked:
        kind.lock([row for given in chunk.rounds for row in given])
    for _ in range(len(chunk) + SPARE_ROUNDS):
        if not pending:
            return figures
        stored = kind.store(pending.pop(), parser, source=source, now=now, wait=not is_locked)
        is_locked = True
        figures.add(stored)
        if stored.again:
            pending.append(stored.again)
    raise RuntimeError("Rows of a chunk keep being in one another's way.")


def _record(job: Import, problems: list[Problem]) -> None:
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                job=job, line=problem.line, column=problem.column[:200], reason=problem.reason[:500]
            )
            for problem in sorted(problems, key=lambda problem: problem.line)
        ],
        batch_size=5_000,
    )


def analyze(kind: str) -> None:
    """Tell the planner about tables that have just grown."""
    for table in TABLES[Import.Kind(kind)]:
        run(Sql(f"ANALYZE {table}"))
