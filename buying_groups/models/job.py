from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django_fsm import transition

from accounts.models.fields import StatusField


class CreationJob(models.Model):
    """Groups of a solution interest for every account of an audience or list, those that come later too.

    Deleting it keeps the groups that it has made.
    """

    solution_interest = models.ForeignKey(
        "buying_groups.SolutionInterest", models.PROTECT, related_name="creation_jobs"
    )
    audience = models.ForeignKey("accounts.Audience", models.PROTECT, null=True, blank=True, related_name="+")
    account_list = models.ForeignKey(
        "accounts.AccountList", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # By runs that are gone (`pruning`).
    created_before = models.BigIntegerField("groups created by earlier runs", default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience__isnull=False, account_list__isnull=True)
                | models.Q(audience__isnull=True, account_list__isnull=False),
                name="creation_job_has_one_input",
            ),
            models.UniqueConstraint(
                "solution_interest", "audience", "account_list",
                name="one_creation_job_per_input",
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"buying groups of {self.solution_interest} from {self.audience or self.account_list}"


class JobRun(models.Model):
    """One run of what keeps buying groups: making them, maintaining their members, scoring engagement.

    Its position and figures are committed with each batch, so that a worker that dies loses nothing and the
    next one goes on where it stood.
    """

    class Kind(models.TextChoices):
        CREATION = "creation", "Creation"
        MAINTENANCE = "maintenance", "Maintenance"
        ENGAGEMENT = "engagement", "Engagement scores"
        STAGES = "stages", "Stages taken away"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=12, choices=Kind)
    # Which job (creation) or interest (maintenance, stages) it is for; null: all there are.
    job = models.ForeignKey(CreationJob, models.CASCADE, null=True, related_name="runs")
    solution_interest = models.ForeignKey(
        "buying_groups.SolutionInterest", models.CASCADE, null=True, related_name="runs"
    )
    status = StatusField(default=Status.QUEUED, choices=Status, max_length=10)
    # Which of its parts is under way, as the module that runs it counts them.
    step = models.PositiveSmallIntegerField(default=0)
    # The last account id, group id or person id that is done.
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    created_groups = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    changed_role = models.BigIntegerField(default=0)
    ignored = models.BigIntegerField(default=0)
    rescored = models.BigIntegerField(default=0)
    # Of the engagement scores: the highest √aggregate of all groups, by which new groups are measured.
    highest_root = models.FloatField(null=True)
    error = models.CharField(max_length=1000, blank=True, default="")
    # Null: begun by the night.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What waits or runs: a few of many.
            models.Index("id", name="job_run_open", condition=models.Q(status__in=["queued", "running"])),
        ]
        constraints = [
            # Asking twice for what waits already is asking once.
            models.UniqueConstraint(
                "kind", "job", "solution_interest",
                name="one_open_run",
                condition=models.Q(status__in=["queued", "running"]),
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    # Transitions. Who runs it saves.

    @transition(status, [Status.QUEUED, Status.RUNNING], Status.RUNNING)
    def start(self, *, now: datetime) -> None:
        """Begin, or go on where the worker before has died."""
        self.started_at = self.started_at or now

    @transition(status, Status.RUNNING, Status.DONE)
    def finish(self, *, now: datetime) -> None:
        """To the end."""
        self.finished_at = now

    @transition(status, [Status.QUEUED, Status.RUNNING], Status.FAILED)
    def fail(self, error: str, *, now: datetime) -> None:
        """What was committed stays; the next run does the rest."""
        self.error = error[:1000]
        self.finished_at = now

    @transition(status, [Status.QUEUED, Status.RUNNING], Status.CANCELLED)
    def cancel(self, *, by_id: int | None, now: datetime) -> None:
        """Stop it: what was committed stays, a batch under way is undone (buying_groups.jobs.batches)."""
        self.cancelled_by_id = by_id
        self.finished_at = now

    # Properties

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1; a run that is done is at 1, also when there was nothing to do."""
        if self.status == self.Status.DONE:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0
