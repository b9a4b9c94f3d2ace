from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django_fsm import transition

from accounts.models.fields import StatusField


class Import(models.Model):
    """One file of accounts or people that was read in, with its figures and its bad rows."""

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", "Accounts"
        PEOPLE = "people", "People"

    class Status(models.TextChoices):
        PREVIEW = "preview", "Preview"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=10, choices=Kind)
    status = StatusField(default=Status.PREVIEW, choices=Status)
    file_name = models.CharField(max_length=255)
    file = models.FileField(upload_to="imports/")
    # Column of the file -> field of ours, or "" for a column that is left out.
    mapping = models.JSONField(default=dict)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.file_name

    # Transitions. `accounts.services.imports` and `accounts.imports.run` save.

    @transition(status, [Status.PREVIEW, Status.FAILED, Status.CANCELLED], Status.QUEUED)
    def queue(self) -> None:
        """Let a worker take it; again, when it had failed or been cancelled."""
        self.cancel_requested, self.cancelled_by = False, None
        self.error = ""
        self.finished_at = None

    @transition(status, [Status.QUEUED, Status.RUNNING], Status.RUNNING)
    def start(self, *, now: datetime) -> None:
        """Read the file from its beginning; from `running` when the worker before has died."""
        self.started_at = now
        self.bytes_read = self.rows = self.created = self.updated = self.unchanged = self.failed = 0

    @transition(status, Status.RUNNING, Status.DONE)
    def finish(self, *, now: datetime) -> None:
        """The whole file has been read."""
        self.finished_at = now

    @transition(status, [Status.QUEUED, Status.RUNNING], Status.FAILED)
    def fail(self, error: str, *, now: datetime) -> None:
        """The file cannot be read (further); what was stored stays."""
        self.error = error[:1000]
        self.finished_at = now

    @transition(status, [Status.PREVIEW, Status.QUEUED, Status.RUNNING], Status.CANCELLED)
    def cancel(self, *, now: datetime) -> None:
        """Stop; what was stored stays."""
        self.finished_at = now

    # Properties

    @property
    def progress(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self.bytes_read / self.bytes_total) if self.bytes_total else 0.0


class ImportProblem(models.Model):
    """A row of the file that was left out, with the place and the reason."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    column = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
