"""The rows that an import has left out: looked through, and as a file."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest, StreamingHttpResponse

from accounts import exports
from accounts.admin import door
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


def export(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """All of them as CSV, to mend the file by."""
    job = door.one(request, Import.objects.all(), import_id)
    rows = ImportProblem.objects.filter(job=job).order_by("pk")
    text = exports.stream(rows, [exports.Column(name, F(name)) for name in ("line", "column", "reason")])
    headers = {"Content-Disposition": 'attachment; filename="left-out.csv"'}
    return StreamingHttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
