"""The frame of a run: batch after batch by id, a transaction each, with its position and figures on record.

A worker that dies leaves what it has committed, and the next one goes on behind it. Whoever cancels the run has its row
for a moment: a batch that finds it cancelled is undone. A batch takes the accounts
that it can have at once; what others hold is left over, and waited for at the end. Python holds the ids of one
batch, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from django.db import OperationalError, transaction
from django.db.models import F

from accounts.sql import Sql, rows, run, sql
from buying_groups import told
from buying_groups.models import JobRun, LeftOver

BATCH = 5_000  # accounts, or groups
Clock = Callable[[], datetime]
Until = Callable[[], bool]
FailPoint = Callable[[str], None]
# A batch looks rows up by their keys, some thousand neighbours in tables that are in memory: reading any of them as a
# whole is dearer than the planner thinks (docs/engine.md, Plans and pages). Compiling costs more than it saves.
PLANNED = Sql("SELECT set_config('random_page_cost', '0.2', true), set_config('jit', 'off', true)")
PATIENCE = "5s"
LOCK_NOT_AVAILABLE = "55P03"
LEAVE = """
    INSERT INTO buying_groups_leftover (run_id, subject_id) SELECT {run}, unnest({ids}::bigint[])
    ON CONFLICT DO NOTHING
"""


def never(point: str) -> None:
    """No fault; tests put another one in its place, which stops or kills at a point."""


@dataclass(frozen=True)
class Batch:
    """What is next: the ids to do something for, of so many that were looked at, up to `end`."""

    ids: list[int]
    looked_at: int
    end: int


@dataclass(frozen=True)
class Done:
    """What became of a batch: what is added to the figures of the run, by the names of its columns."""

    created_groups: int = 0
    added: int = 0
    removed: int = 0
    changed_role: int = 0
    ignored: int = 0
    rescored: int = 0


class Job(Protocol):
    """What a run does."""

    def total(self) -> int:
        """How many it has to look at."""

    def next(self, position: int, size: int) -> Batch | None:
        """What is behind this position, at most so many; None at the end."""

    def hold(self, ids: list[int], *, waits: bool) -> list[int]:
        """Hold their accounts, in the order of their ids; those of the ids whose account is held now.

        Unless it `waits`, accounts that somebody else holds are passed over.
        """

    def do(self, ids: list[int], *, now: datetime) -> Done:
        """What there is to do for these, whose accounts are held."""

    def finish(self) -> None:
        """After the last batch."""


class Gone(Exception):
    """The run has been cancelled or deleted, or somebody else is at it."""


@dataclass
class Frame:
    """A run that goes on for as long as `until` lets it."""

    run: JobRun
    job: Job
    clock: Clock
    size: int = BATCH
    fail: FailPoint = never

    def go_on(self, until: Until) -> bool:
        """Whether the run is over."""
        try:
            self._start()
            while not self._batch():
                if until():
                    return False
        except Gone:
            return True
        except OperationalError as error:
            # Somebody holds what is left over: the next round tries again.
            if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            return False
        return True

    def _start(self) -> None:
        if self.run.status != JobRun.Status.QUEUED:
            return
        self.run.total = self.job.total()
        self.fail("before:start")
        with transaction.atomic():
            self._hold(JobRun.Status.QUEUED)
            self.run.start(now=self.clock())
            self.run.save(update_fields=["status", "started_at", "total"])

    def _batch(self) -> bool:
        """The next batch; whether it was the last one."""
        with transaction.atomic():
            run(PLANNED)
            found = self.job.next(self.run.position, self.size)
            if found is not None:
                self._ahead(found)
            elif left := self._left():
                self._again(left)
            else:
                self._finish()
            self.fail("before:commit")
        self.fail("after:commit")
        return self.run.status == JobRun.Status.DONE

    def _ahead(self, found: Batch) -> None:
        held = self.job.hold(found.ids, waits=False) if found.ids else []
        done = self._do(held)
        if missed := sorted(set(found.ids) - set(held)):
            run(sql(LEAVE, run=self.run.pk, ids=missed))
        self._record(done, position=found.end, looked_at=found.looked_at)

    def _again(self, left: list[int]) -> None:
        run(sql("SELECT set_config('lock_timeout', {patience}, true)", patience=PATIENCE))
        done = self._do(self.job.hold(left, waits=True))
        LeftOver.objects.filter(run=self.run, subject_id__in=left).delete()
        self._record(done, position=self.run.position, looked_at=0)

    def _do(self, ids: list[int]) -> Done:
        self.fail("after:hold")
        return self.job.do(ids, now=self.clock()) if ids else Done()

    def _left(self) -> list[int]:
        left = "SELECT subject_id FROM buying_groups_leftover WHERE run_id = {run} ORDER BY subject_id LIMIT {size}"
        return [id for (id,) in rows(sql(left, run=self.run.pk, size=self.size))]

    def _record(self, done: Done, *, position: int, looked_at: int) -> None:
        """Only if the run stands where this worker believes; else the batch is undone."""
        figures = {field.name: F(field.name) + getattr(done, field.name) for field in fields(done)}
        mine = JobRun.objects.filter(pk=self.run.pk, status=JobRun.Status.RUNNING, position=self.run.position)
        if not mine.update(position=position, done=F("done") + looked_at, **figures):
            raise Gone
        self.run.position = position

    def _finish(self) -> None:
        self._hold(JobRun.Status.RUNNING)
        self.job.finish()
        now = self.clock()
        self.run.finish(now=now)
        self.run.save(update_fields=["status", "finished_at"])
        told.tell(self.run.pk, now=now)

    def _hold(self, status: str) -> None:
        """:raises Gone: unless the run stands where this worker believes"""
        mine = JobRun.objects.filter(pk=self.run.pk, status=status, position=self.run.position)
        if not mine.select_for_update(no_key=True).exists():
            raise Gone
