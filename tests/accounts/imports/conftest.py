from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files import File
from pytest_django import Settings

from accounts.imports.run import run
from accounts.models import Import
from accounts.services.imports import start_import
from tests.conftest import NOW

ImportCsv = Callable[..., Import]


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def import_csv(db: None) -> ImportCsv:
    """Import a text or bytes as a file of this kind; the import when it has ended."""

    def do(kind: str, content: str | bytes, mapping: dict[str, str] | None = None) -> Import:
        raw = content.encode() if isinstance(content, str) else content
        job = start_import(File(io.BytesIO(raw), f"{kind}.csv"), kind=kind, mapping=mapping, by=None, now=NOW)
        run(job.pk, clock=lambda: NOW)
        return Import.objects.get(pk=job.pk)

    return do


def figures(job: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, failed."""
    return job.created, job.updated, job.unchanged, job.failed


def problems(job: Import) -> list[tuple[int, str]]:
    """Line and column of each problem."""
    return list(job.problems.order_by("line", "pk").values_list("line", "column"))
