from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models.fields import StatusField


class WeightingModel(models.Model):
    """What each kind of activity counts for engagement. Exactly one is active; a new one is a duplicate."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        ARCHIVED = "archived", "Archived"

    name = models.CharField(max_length=200)
    status = StatusField(default=Status.DRAFT, choices=Status)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_weighting_model_per_name",
                violation_error_message="A weighting model of this name exists.",
            ),
            models.UniqueConstraint(
                "status", condition=models.Q(status="active"), name="one_active_weighting_model"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="weighting_model_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    # Transitions. `buying_groups.services` checks and saves.

    @transition(status, Status.DRAFT, Status.ACTIVE, permission="buying_groups.change_weightingmodel")
    def activate(self, *, by: User | None, now: datetime) -> None:
        """Score with it from the next run on; the one before is archived."""
        self.activated_at = now
        self.activated_by = by

    @transition(status, Status.ACTIVE, Status.ARCHIVED)
    def archive(self) -> None:
        """Another one has taken its place."""


class WeightBand(models.Model):
    """A named weight of a model ("Important", 90)."""

    model = models.ForeignKey(WeightingModel, models.CASCADE, related_name="bands")
    name = models.CharField(max_length=100)
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])

    class Meta:
        constraints = [
            models.UniqueConstraint("model", Lower("name"), name="one_band_per_name"),
            models.UniqueConstraint("model", "value", name="one_band_per_value"),
            models.CheckConstraint(
                condition=models.Q(value__gte=0, value__lte=100), name="band_value_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.value})"


class ActivityWeight(models.Model):
    """Which band a kind of activity is in. A kind without a row counts nothing."""

    model = models.ForeignKey(WeightingModel, models.CASCADE, related_name="weights")
    event_type = models.ForeignKey("accounts.EventType", models.CASCADE, related_name="+")
    band = models.ForeignKey(WeightBand, models.PROTECT, related_name="weights")

    class Meta:
        constraints = [
            models.UniqueConstraint("model", "event_type", name="one_weight_per_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type}: {self.band}"
