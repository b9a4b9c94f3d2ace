"""An import from its file to its figures: upload, preview with the mapping, start, progress, what was left out."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin import door, import_mapping, import_problems
from accounts.errors import Conflict
from accounts.findings import Invalid
from accounts.imports.mapping import targets
from accounts.imports.run import run
from accounts.models import Account, Import, Person
from accounts.services import imports
from accounts.services.imports import SUBJECT

JOBS = Import.objects.select_related("created_by", "cancelled_by")
ADD = "accounts.add_import"
CANCEL = "accounts.change_import"
# Files up to here (some 5,000 rows) are read at once; the workers take larger ones.
AT_ONCE = 500_000
LARGEST = 1024**3


class UploadForm(forms.Form):
    """A file, and what is in it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file?"),
        choices=Import.Kind.choices,
        initial=Import.Kind.ACCOUNTS,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv", "class": "ac-file"}),
        help_text=gettext_lazy("CSV in UTF-8, with commas or semicolons. The first line names the columns."),
    )


def upload(request: HttpRequest) -> HttpResponse:
    """The file is kept; what it would do is shown before anything is stored."""
    door.require(request, ADD)
    is_post = request.method == "POST"
    form = (
        UploadForm(request.POST, request.FILES)
        if is_post
        else UploadForm(initial={"kind": request.GET.get("kind") or Import.Kind.ACCOUNTS})
    )
    job = door.submit(
        request, form, lambda given: imports.upload(given["file"], kind=given["kind"], **door.said(request))
    )
    if job is not None:
        return HttpResponseRedirect(door.to(job, "change", job.pk))
    return door.page(
        request,
        "import_upload.html",
        Import,
        title=_("Import a file"),
        status=400 if form.errors else 200,
        form=form,
        templates=[(label, door.to(Import, "template", kind)) for kind, label in Import.Kind.choices],
        icon="upload_file",
        back=door.to(Import, "changelist"),
        submit=_("Upload and preview"),
        heading=_("Import a file"),
    )


def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A CSV file with a header that is understood, and no rows."""
    door.require(request, ADD)
    if kind not in Import.Kind.values:
        raise Http404
    text = io.StringIO()
    csv.writer(text).writerow(targets(kind))
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def page(request: HttpRequest, import_id: Any) -> HttpResponse:
    """Before the start the preview, afterwards the figures."""
    job = door.one(request, JOBS, import_id)
    if job.status == Import.Status.PREVIEW:
        return preview(request, job)
    context = import_problems.page_of(job, door.number(request.GET.get("after")))
    return show(request, job, "import_result.html", **context)


def preview(request: HttpRequest, job: Import, *, status: int = 200, refused: str = "") -> HttpResponse:
    """The first rows, as the mapping (the posted one, else the guess) reads them."""
    given = import_mapping.posted(request) if request.method == "POST" else None
    try:
        seen = imports.look(job, {**job.mapping, **given} if given is not None else None)
    except Invalid as wrong:
        return show(request, job, "import_preview.html", status=400, unreadable=str(wrong), refused=refused)
    except OSError:
        return show(
            request,
            job,
            "import_preview.html",
            status=400,
            refused=refused,
            unreadable=_("The file is gone."),
        )
    return show(
        request,
        job,
        "import_preview.html",
        status=status,
        refused=refused,
        seen=seen,
        columns=import_mapping.columns(job.kind, seen),
        general=[f for f in seen.findings if not f.at],
        may_start=door.may(request, ADD),
        start_url=door.to(job, "start", job.pk),
    )


@require_POST
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    """Let it run; a small file at once. "look" only shows the preview with another mapping."""
    job = door.one(request, JOBS, import_id)
    door.require(request, ADD)
    if "look" in request.POST and job.status == Import.Status.PREVIEW:
        return preview(request, job)
    given = import_mapping.posted(request) if job.status == Import.Status.PREVIEW else None
    try:
        queued = imports.queue(job.pk, mapping=given, by=request.user)
    except Invalid as wrong:
        if job.status == Import.Status.PREVIEW:
            return preview(request, job, status=400)
        messages.error(request, str(wrong))
    except (Conflict, OSError) as refused:
        messages.error(request, str(refused))
    else:
        if queued.bytes_total <= AT_ONCE:
            run(queued.pk, clock=timezone.now, tells=False)
    return HttpResponseRedirect(door.to(job, "change", job.pk))


def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far it has come; then it is stopped, and what was stored stays."""
    job = door.one(request, JOBS, import_id)
    door.require(request, CANCEL)
    if request.method != "POST":
        return door.page(
            request,
            "import_cancel.html",
            Import,
            title=_("Cancel the import"),
            heading=_("Cancel the import of “%(name)s”") % {"name": job.file_name},
            object=job,
            form=forms.Form(),
            is_over=is_over(job) and job.status != Import.Status.PREVIEW,
            figures=figures(job),
            icon="cancel",
            danger=True,
            back=door.to(job, "change", job.pk),
            submit=_("Cancel the import"),
        )
    door.attempt(
        request,
        lambda: imports.cancel(job.pk, **door.said(request)),
        lambda _job: _("The import is cancelled; what was stored stays."),
    )
    return HttpResponseRedirect(door.to(job, "change", job.pk))


def progress(request: HttpRequest, import_id: int) -> JsonResponse:
    """How far it has come, for the bar."""
    job = door.one(request, Import.objects.all(), import_id)
    figures = {name: getattr(job, name) for name in ("rows", "created", "updated", "unchanged", "failed")}
    return JsonResponse(
        {
            **figures,
            "status": job.status,
            "label": job.get_status_display(),
            "percent": round(job.progress * 100),
            "is_over": is_over(job),
        }
    )


def is_over(job: Import) -> bool:
    return job.status not in (Import.Status.QUEUED, Import.Status.RUNNING)


def show(
    request: HttpRequest, job: Import, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The import in its frame."""
    may_add = door.may(request, ADD) and door.may(
        request, f"accounts.change_{SUBJECT[Import.Kind(job.kind)]}"
    )
    again = job.status in (Import.Status.FAILED, Import.Status.CANCELLED) and may_add
    stops = job.status in (Import.Status.PREVIEW, Import.Status.QUEUED, Import.Status.RUNNING)
    frame = {
        "object": job,
        "job": job,
        "icon": "upload_file",
        "heading": job.file_name,
        "is_over": is_over(job),
        "lead": lead(job),
        "badges": [(job.status, job.get_status_display())],
        "percent": round(job.progress * 100),
        "start_url": door.to(job, "start", job.pk) if again else "",
        "cancel_url": door.to(job, "cancel", job.pk) if stops and door.may(request, CANCEL) else "",
        "progress_url": door.to(job, "progress", job.pk),
        "rows_url": rows_url(job),
        "figures": figures(job),
    }
    return door.page(request, template, Import, title=job.file_name, status=status, **{**frame, **context})


def figures(job: Import) -> list[tuple[str, int, str]]:
    return [
        (_("Rows read"), job.rows, ""),
        (_("Created"), job.created, ""),
        (_("Updated"), job.updated, ""),
        (_("Unchanged"), job.unchanged, ""),
        (_("Left out"), job.failed, "bad" if job.failed else ""),
    ]


def lead(job: Import) -> str:
    """What one reads below the file's name."""
    by = _(" by %s") % job.created_by if job.created_by else ""
    uploaded = _("uploaded %s") % f"{timezone.localtime(job.created_at):%-d %b %Y, %H:%M}"
    return f"{job.get_kind_display()} · {uploaded}{by}"


def rows_url(job: Import) -> str:
    """Where what it has stored can be seen."""
    return door.to(Person, "changelist") if job.kind == Import.Kind.PEOPLE else door.to(Account, "changelist")
