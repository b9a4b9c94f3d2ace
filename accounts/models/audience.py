from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Audience(models.Model):
    """A saved condition on accounts, used as the start of a journey."""

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True, default="")
    condition = models.JSONField()
    # Counts the edits of the condition; a reader that saw a lower one evaluates all accounts once (spec 3.2).
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_audience_per_name",
                violation_error_message="An audience of this name exists.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="audience_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
