from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class SolutionInterest(models.Model):
    """What an account may buy: each account has at most one buying group for it, with the template's roles."""

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True, default="")
    # Live, and fixed for ever.
    template = models.ForeignKey(
        "buying_groups.RoleTemplate", models.PROTECT, related_name="solution_interests"
    )
    stage_model = models.ForeignKey(
        "buying_groups.StageModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="solution_interests",
    )
    updates_groups = models.BooleanField(
        "update existing groups",
        default=False,
        help_text="The daily maintenance keeps the members of existing groups up to date.",
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_solution_interest_per_name",
                violation_error_message="A solution interest of this name exists.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="solution_interest_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
