from __future__ import annotations

from django.conf import settings
from django.db import models

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
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """A row of the file that was left out, with the place and the reason."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    column = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
