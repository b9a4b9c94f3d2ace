"""Imports for staff and clients: upload, preview, map, start, cancel (spec 3.1). Workers run them by
`imports.run`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.errors import Conflict, User, require
from accounts.findings import Finding, Invalid
from accounts.imports import locks, told
from accounts.imports.preview import Preview, preview
from accounts.imports.reading import Unreadable
from accounts.models import Import

SUBJECT = {Import.Kind.ACCOUNTS: "account", Import.Kind.PEOPLE: "person"}


def upload(file: File, *, kind: str, by: User, now: datetime) -> Import:
    """Keep a file with the mapping guessed from its header, for a preview.

    :raises PermissionDenied: who may not add and change what the file holds
    :raises Invalid: unknown kind; a file that cannot be read at all
    """
    _require(by, kind)
    seen = _seen(file, kind, {})
    file.seek(0)
    job = Import(
        kind=kind, file_name=PurePath(file.name or "import.csv").name[:255], mapping=seen.mapping,
        bytes_total=file.size, created_at=now, created_by_id=by.pk if by is not None else None,
    )  # fmt: skip
    job.file.save(job.file_name, file, save=False)
    job.save()
    return job


def look(job: Import, mapping: Mapping[str, str] | None = None) -> Preview:
    """The first rows of an uploaded file as this mapping (the stored one) reads them.

    :raises Invalid: a file that cannot be read at all
    """
    with job.file.open("rb") as file:
        return _seen(file, job.kind, job.mapping if mapping is None else mapping)


@transaction.atomic
def queue(import_id: int, *, mapping: Mapping[str, str] | None = None, by: User) -> Import:
    """Let the workers take an upload; also again, after it failed or was cancelled. `mapping` overrides the
    stored one.

    :raises PermissionDenied: who may not add and change what the file holds
    :raises Invalid: a mapping that does not fit the file
    :raises Conflict: "not_allowed" when it is queued, running or done
    """
    job = _locked(import_id)
    _require(by, job.kind)
    if not can_proceed(job.queue):
        raise Conflict(
            "not_allowed",
            _("The import is %(status)s already.") % {"status": job.get_status_display().lower()},
        )
    seen = look(job, {**job.mapping, **(mapping or {})})
    if seen.findings:
        raise Invalid(finding.under("mapping") for finding in seen.findings)
    job.mapping = seen.mapping
    job.queue()
    job.save()
    return job


def start_import(
    file: File, *, kind: str, mapping: Mapping[str, str] | None = None, by: User, now: datetime
) -> Import:
    """Upload and queue in one step. `mapping` overrides the guess for the columns it names; "" leaves one
    out.

    :raises PermissionDenied: who may not add and change what the file holds
    :raises Invalid: a file that cannot be read at all, a mapping that does not fit
    """
    _require(by, kind)
    if findings := _seen(file, kind, mapping or {}).findings:
        raise Invalid(finding.under("mapping") for finding in findings)
    job = upload(file, kind=kind, by=by, now=now)
    return queue(job.pk, mapping=mapping, by=by)


@transaction.atomic
def cancel(import_id: int, *, by: User, now: datetime) -> Import:
    """Stop an import; what it has stored stays. A running one stops after the chunk it is at.

    :raises PermissionDenied: without accounts.change_import
    :raises Conflict: "not_allowed" when it has ended
    """
    require(by, "accounts.change_import")
    job = _locked(import_id)
    if not can_proceed(job.cancel):
        raise Conflict(
            "not_allowed",
            _("The import has ended: %(status)s.") % {"status": job.get_status_display().lower()},
        )
    if not job.cancel_requested:
        job.cancel_requested, job.cancelled_by_id = True, by.pk if by is not None else None
    was_preview = job.status == Import.Status.PREVIEW
    if job.status != Import.Status.RUNNING or not locks.is_alive(job.pk):
        job.cancel(now=now)
    job.save(update_fields=["status", "cancel_requested", "cancelled_by", "finished_at"])
    # A running one tells when it stops.
    if job.status == Import.Status.CANCELLED and not was_preview:
        told.tell(job, now=now)
    return job


def _locked(import_id: int) -> Import:
    return Import.objects.select_for_update(no_key=True).get(pk=import_id)


def _seen(file: File, kind: str, mapping: Mapping[str, str]) -> Preview:
    try:
        return preview(file, kind, mapping)
    except Unreadable as error:
        raise Invalid([Finding("unreadable", str(error), ("file",))]) from error


def _require(by: User, kind: str) -> None:
    if kind not in Import.Kind.values:
        message = _("“%(kind)s” is not known; write one of %(known)s.") % {
            "kind": kind, "known": ", ".join(Import.Kind.values),
        }  # fmt: skip
        raise Invalid([Finding("invalid_value", message, ("kind",))])
    subject = SUBJECT[Import.Kind(kind)]
    for permission in ("add_import", f"add_{subject}", f"change_{subject}"):
        require(by, f"accounts.{permission}")
