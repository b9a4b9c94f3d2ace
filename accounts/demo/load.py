"""Loading the demo: the companies and their people, through the same import that staff use."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files import File

from accounts.demo.people import write_csv
from accounts.imports.run import Report, run
from accounts.models import CustomAttribute, Import, Score
from accounts.services.imports import start_import

COMPANIES = Path(__file__).parent / "companies.csv"


class NotLoaded(Exception):
    """The import did not run to its end; the message says why."""


def load(*, clock: Callable[[], datetime], report: Report = lambda job: None) -> tuple[Import, Import]:
    """Import the companies, then their people; the two imports. A second time changes nothing.

    :raises NotLoaded: if one did not run to its end
    """
    _define()
    with COMPANIES.open("rb") as file:
        accounts = _import(File(file, COMPANIES.name), Import.Kind.ACCOUNTS, clock, report)
    with NamedTemporaryFile("w+", encoding="utf-8", newline="", suffix=".csv") as file:
        with COMPANIES.open(encoding="utf-8", newline="") as companies:
            write_csv(csv.DictReader(companies), file)
        file.flush()
        with Path(file.name).open("rb") as written:
            people = _import(File(written, "people.csv"), Import.Kind.PEOPLE, clock, report)
    return accounts, people


def _define() -> None:
    """What the files say beyond the built-in attributes: the currency of the revenue, and a score."""
    CustomAttribute.objects.get_or_create(
        subject=CustomAttribute.Subject.ACCOUNT,
        name="revenue_currency",
        defaults={"label": "Currency of the revenue", "type": CustomAttribute.Type.TEXT},
    )
    Score.objects.get_or_create(
        name="fit", defaults={"label": "Fit", "description": "How well the person suits us."}
    )


def _import(file: File, kind: str, clock: Callable[[], datetime], report: Report) -> Import:
    job = start_import(file, kind=kind, by=None, now=clock())
    attempt = run(job.pk, clock=clock, report=report)
    job = Import.objects.get(pk=job.pk)
    if job.status != Import.Status.DONE:
        raise NotLoaded(job.error or f"The import of {job.file_name} did not run: {attempt.value}.")
    return job
