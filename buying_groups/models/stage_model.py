from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models.fields import StatusField


class StageModel(models.Model):
    """The stages that buying groups go through, and which moves between them are allowed. There is one."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True, default="")
    status = StatusField(default=Status.DRAFT, choices=Status)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    # Always true: a second row would break the unique constraint.
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("only", name="one_stage_model"),
            models.CheckConstraint(condition=models.Q(only=True), name="the_only_stage_model"),
            models.CheckConstraint(condition=~models.Q(name=""), name="stage_model_has_a_name"),
        ]
        permissions = [("publish_stagemodel", "Can publish the stage model")]

    def __str__(self) -> str:
        return self.name

    # Transitions. `buying_groups.services` checks and saves.

    @transition(status, Status.DRAFT, Status.LIVE, permission="buying_groups.publish_stagemodel")
    def publish(self, *, by: User | None, now: datetime) -> None:
        """Freeze the stages and the moves."""
        self.published_at = now
        self.published_by = by


class Stage(models.Model):
    """Where a buying group stands in its decision."""

    class Outcome(models.TextChoices):
        """What it means to be there: nothing yet, won, or lost."""

        OPEN = "", "Open"
        SUCCESS = "success", "Success"
        FAILURE = "failure", "Failure"

    model = models.ForeignKey(StageModel, models.CASCADE, related_name="stages")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=2000, blank=True, default="")
    position = models.PositiveSmallIntegerField()
    is_entry = models.BooleanField(
        "entry stage", default=False, help_text="A group without a stage may come here."
    )
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True, default=Outcome.OPEN)
    # "Allowed transit to".
    next_stages = models.ManyToManyField("self", symmetrical=False, through="buying_groups.StageMove")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "model",
                Lower("name"),
                name="one_stage_per_name",
                violation_error_message="A stage of this name exists.",
            ),
            models.UniqueConstraint(
                "model", condition=models.Q(outcome="success"), name="one_success_stage_per_model"
            ),
            models.CheckConstraint(
                condition=models.Q(is_entry=False) | ~models.Q(outcome="success"),
                name="success_is_no_entry",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="stage_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class StageMove(models.Model):
    """An allowed move from one stage to another."""

    from_stage = models.ForeignKey(Stage, models.CASCADE, related_name="moves")
    to_stage = models.ForeignKey(Stage, models.CASCADE, related_name="moves_here")

    class Meta:
        constraints = [
            models.UniqueConstraint("from_stage", "to_stage", name="a_stage_move_once"),
            models.CheckConstraint(
                condition=~models.Q(from_stage=models.F("to_stage")), name="no_stage_move_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"
