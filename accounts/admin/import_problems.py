"""The rows that an import has left out: looked through, and as a file."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import exports
from accounts.admin import door, download
from accounts.models import Import, ImportProblem

SIZE = 100


def page_of(job: Import, after: int) -> dict[str, Any]:
    """A page of them in the order of the file; problems are numbered as they are found, chunk by chunk."""
    found = list(job.problems.filter(pk__gt=after).order_by("pk")[: SIZE + 1])
    more = found[SIZE - 1].pk if len(found) > SIZE else 0
    return {
        "problems": found[:SIZE],
        "more": more,
        "is_first": not after,
        "problems_url": door.to(job, "problems", job.pk),
    }


def export(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """All of them as CSV, to mend the file by."""
    job = door.one(request, Import.objects.all(), import_id)
    rows = ImportProblem.objects.filter(job=job).order_by("pk")
    text = exports.stream(rows, [exports.Column(name, F(name)) for name in ("line", "column", "reason")])
    return download.csv(request, text, "left-out.csv", back=door.to(job, "change", job.pk))
