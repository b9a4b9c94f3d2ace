from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models.fields import StatusField


class RoleTemplate(models.Model):
    """Which roles a buying group has, and who gets them. Final once it is live."""

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_role_template_per_name",
                violation_error_message="A role template of this name exists.",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="role_template_has_a_name"),
        ]
        permissions = [("publish_roletemplate", "Can publish role templates")]

    def __str__(self) -> str:
        return self.name

    # Transitions. `buying_groups.services` checks and saves.

    @transition(status, Status.DRAFT, Status.LIVE, permission="buying_groups.publish_roletemplate")
    def publish(self, *, by: User | None, now: datetime) -> None:
        """Freeze the roles, their weights and conditions for ever."""
        self.published_at = now
        self.published_by = by


class TemplateRole(models.Model):
    """A role in a template: who gets it, what it weighs, and whether a complete group needs it."""

    class Weight(models.IntegerChoices):
        """What the role counts in the group's engagement."""

        TRIVIAL = 20, "Trivial"
        MINOR = 40, "Minor"
        NORMAL = 60, "Normal"
        IMPORTANT = 80, "Important"
        VITAL = 100, "Vital"

    template = models.ForeignKey(RoleTemplate, models.CASCADE, related_name="roles")
    role = models.ForeignKey("buying_groups.Role", models.PROTECT, related_name="+")
    # A person who fits several roles gets the one with the lowest number.
    priority = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField("weighting", choices=Weight, default=Weight.NORMAL)
    assigns_automatically = models.BooleanField(
        "assign automatically", default=True, help_text="People of the account who meet the condition get it."
    )
    condition = models.JSONField(null=True, blank=True)
    is_required = models.BooleanField(
        "required for completeness", default=True, help_text="Counts for the completeness of a group."
    )
    members_needed = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("template", "role", name="a_role_once_in_a_template"),
            models.UniqueConstraint(
                fields=["template", "priority"],
                name="one_role_per_priority",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=models.Q(members_needed__gte=1, members_needed__lte=100),
                name="role_needs_1_to_100_members",
            ),
            models.CheckConstraint(
                condition=models.Q(weight__in=[20, 40, 60, 80, 100]), name="role_weight_is_one_of_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.template}"
