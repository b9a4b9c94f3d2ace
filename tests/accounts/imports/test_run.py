from __future__ import annotations

import io
from collections.abc import Iterator

import psycopg
import pytest
from django.core.files import File
from django.db import connection

from accounts.imports import chunks, locks
from accounts.imports.run import Attempt, run, run_next
from accounts.models import Account, Event, Import
from accounts.services import imports
from tests.accounts.imports.conftest import ImportCsv, figures
from tests.conftest import NOW

TEN = "external_id,name\n" + "".join(f"A{number},Company {number}\n" for number in range(10))


def queued(content: str = TEN) -> Import:
    file = File(io.BytesIO(content.encode()), "accounts.csv")
    return imports.start_import(file, kind="accounts", by=None, now=NOW)


def fresh(job: Import) -> Import:
    return Import.objects.get(pk=job.pk)


@pytest.fixture
def other_worker(db: None) -> Iterator[psycopg.Connection]:
    """A connection of another process."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as other:
        yield other


@pytest.mark.django_db
class TestRun:
    def test_stores_the_figures_and_the_times(self) -> None:
        job = queued()

        attempt = run(job.pk, clock=lambda: NOW)

        job = fresh(job)
        assert (attempt, job.status) == (Attempt.RAN, Import.Status.DONE)
        assert (job.rows, job.bytes_read, job.bytes_total) == (10, len(TEN), len(TEN))
        assert (job.progress, job.started_at, job.finished_at) == (1.0, NOW, NOW)

    def test_reports_progress_after_every_chunk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chunks, "CHUNK", 4)
        seen: list[int] = []

        run(queued().pk, clock=lambda: NOW, report=lambda job: seen.append(job.rows))

        assert seen == [4, 8, 10, 10]

    def test_the_file_is_the_same_in_small_chunks(
        self, import_csv: ImportCsv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chunks, "CHUNK", 2)

        job = import_csv("accounts", "external_id,name\nA1,Acme\nB1,\nA1,Acme\nC1,Gamma\nA1,Acme Inc\n")

        assert figures(job) == (2, 1, 1, 1)

    def test_a_file_with_only_a_header_fails_with_a_message(self, import_csv: ImportCsv) -> None:
        job = import_csv("accounts", "external_id,name\n")

        assert (job.status, job.error) == (Import.Status.FAILED, "The file has a header and no rows.")

    def test_a_fault_of_ours_fails_the_import_and_keeps_what_was_stored(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chunks, "CHUNK", 5)
        job = queued()

        def stop_after_first(job: Import) -> None:
            if job.status == Import.Status.RUNNING:
                raise RuntimeError("disk full")

        run(job.pk, clock=lambda: NOW, report=stop_after_first)

        job = fresh(job)
        assert (job.status, job.rows) == (Import.Status.FAILED, 5)
        assert "RuntimeError" in job.error
        assert Account.objects.count() == 5

    def test_what_is_not_queued_does_not_run(self) -> None:
        job = queued()
        run(job.pk, clock=lambda: NOW)

        assert run(job.pk, clock=lambda: NOW) is Attempt.NOT_QUEUED


@pytest.mark.django_db
class TestCancel:
    def test_a_queued_import_is_cancelled_at_once(self) -> None:
        job = imports.cancel(queued().pk, by=None, now=NOW)

        assert (job.status, job.finished_at) == (Import.Status.CANCELLED, NOW)
        assert run(job.pk, clock=lambda: NOW) is Attempt.NOT_QUEUED

    def test_a_running_import_stops_after_its_chunk_and_keeps_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chunks, "CHUNK", 4)
        monkeypatch.setattr(locks, "is_alive", lambda import_id: True)
        job = queued()

        def cancel_at_once(running: Import) -> None:
            if running.rows == 4 and running.status == Import.Status.RUNNING:
                imports.cancel(running.pk, by=None, now=NOW)

        run(job.pk, clock=lambda: NOW, report=cancel_at_once)

        job = fresh(job)
        assert (job.status, job.rows, Account.objects.count()) == (Import.Status.CANCELLED, 8, 8)

    def test_a_cancelled_import_can_be_queued_again(self) -> None:
        job = imports.cancel(queued().pk, by=None, now=NOW)

        imports.queue(job.pk, by=None)
        run(job.pk, clock=lambda: NOW)

        assert fresh(job).status == Import.Status.DONE


@pytest.mark.django_db
class TestWorkers:
    def test_a_second_import_waits_in_the_queue(self, other_worker: psycopg.Connection) -> None:
        job = queued()
        other_worker.execute("SELECT pg_advisory_lock(%s, 0)", [locks.ONE_AT_A_TIME])

        assert run(job.pk, clock=lambda: NOW) is Attempt.WAITING
        assert fresh(job).status == Import.Status.QUEUED

    def test_an_import_whose_worker_lives_is_left_to_it(self, other_worker: psycopg.Connection) -> None:
        job = queued()
        other_worker.execute("SELECT pg_advisory_lock(%s, %s)", [locks.OWN, job.pk])

        assert run(job.pk, clock=lambda: NOW) is Attempt.TAKEN

    def test_an_import_whose_worker_died_is_run_again_to_its_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(chunks, "CHUNK", 4)
        job = queued()

        class WorkerDied(BaseException):
            pass

        def die(running: Import) -> None:
            raise WorkerDied

        with pytest.raises(WorkerDied):
            run(job.pk, clock=lambda: NOW, report=die)
        assert (fresh(job).status, Account.objects.count()) == (Import.Status.RUNNING, 4)

        assert run_next(clock=lambda: NOW)

        job = fresh(job)
        assert (job.status, figures(job)) == (Import.Status.DONE, (6, 0, 4, 0))
        assert (Account.objects.count(), Event.objects.count()) == (10, 0)

    def test_a_dead_workers_import_can_be_cancelled(self) -> None:
        job = queued()
        job.start(now=NOW)
        job.save()

        assert imports.cancel(job.pk, by=None, now=NOW).status == Import.Status.CANCELLED

    def test_the_next_one_is_the_one_that_has_waited_longest(self) -> None:
        first, second = queued(), queued()

        assert run_next(clock=lambda: NOW)
        assert (fresh(first).status, fresh(second).status) == (Import.Status.DONE, Import.Status.QUEUED)
        assert run_next(clock=lambda: NOW)
        assert not run_next(clock=lambda: NOW)

    def test_no_lock_is_left_behind(self) -> None:
        run(queued().pk, clock=lambda: NOW)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                " AND classid IN (7422, 7423)"
            )
            assert cursor.fetchone() == (0,)
