"""What `import_accounts` and `import_people` have in common: a file in, progress and figures out."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.findings import Invalid
from accounts.imports.run import Attempt, run
from accounts.models import Import
from accounts.services.imports import look, start_import

SHOWN_PROBLEMS = 50
SECONDS_BETWEEN_TRIES = 0.5


class FileImportCommand(BaseCommand):
    """Reads one CSV file in the foreground. Exit code 1: nothing could be read, or every row was bad."""

    kind: Import.Kind

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a CSV file in UTF-8, with commas or semicolons")
        parser.add_argument(
            "--mapping",
            nargs="+",
            action="extend",
            default=[],
            metavar="COLUMN=FIELD",
            help="what the header does not say, e.g. Sector=account.industry; COLUMN= leaves it out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        job = self._queue(Path(options["file"]), _mapping(options["mapping"]))
        if left_out := look(job).left_out:
            self.stdout.write(
                f"Left out: {', '.join(left_out)}. Use --mapping COLUMN=FIELD to read a column."
            )
        self._run(job)
        self._summary(Import.objects.get(pk=job.pk))

    def _queue(self, path: Path, mapping: dict[str, str]) -> Import:
        try:
            with path.open("rb") as file:
                return start_import(
                    File(file, path.name), kind=self.kind, mapping=mapping, by=None, now=timezone.now()
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Invalid as error:
            raise CommandError("\n".join(finding.message for finding in error.findings)) from error

    def _run(self, job: Import) -> None:
        told = False
        while (attempt := run(job.pk, clock=timezone.now, report=self._progress)) is not Attempt.RAN:
            if attempt is Attempt.NOT_QUEUED:
                return
            if not told:
                self.stdout.write("Another import is running; this one waits for it to end.")
                told = True
            time.sleep(SECONDS_BETWEEN_TRIES)

    def _progress(self, job: Import) -> None:
        """One line that is written over; nothing but the end when the output is no terminal."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{job.progress:4.0%}  {job.rows:,} rows, {job.failed:,} bad", ending="")
            self.stdout.flush()

    def _summary(self, job: Import) -> None:
        if self.stdout.isatty():
            self.stdout.write("")
        for problem in job.problems.order_by("line", "pk")[:SHOWN_PROBLEMS]:
            column = f", {problem.column}" if problem.column else ""
            self.stderr.write(f"line {problem.line}{column}: {problem.reason}")
        if (more := job.problems.count() - SHOWN_PROBLEMS) > 0:
            self.stderr.write(f"… and {more:,} more problems, listed on the page of import {job.pk}.")
        self.stdout.write(
            f"{job.get_status_display()}: {job.rows:,} rows, {job.created:,} created,"
            f" {job.updated:,} updated, {job.unchanged:,} unchanged, {job.failed:,} bad (import {job.pk})."
        )
        if job.error:
            raise CommandError(job.error)
        if job.rows and job.failed == job.rows:
            sys.exit(1)


def _mapping(given: list[str]) -> dict[str, str]:
    """:raises CommandError: for one that is no COLUMN=FIELD"""
    mapping = {}
    for item in given:
        column, sign, target = item.rpartition("=")
        if not sign or not column:
            raise CommandError(f"“{item}” is no COLUMN=FIELD, such as Sector=account.industry.")
        mapping[column] = target
    return mapping
