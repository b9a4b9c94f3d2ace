from __future__ import annotations

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """What somebody is told: that work which they have asked for is over (spec 6.1)."""

    class Level(models.TextChoices):
        GOOD = "good", "Good"
        LOOK = "look", "To look at"
        BAD = "bad", "Bad"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    level = models.CharField(max_length=4, choices=Level)
    # One of the texts of `settings.NOTICES`, and what stands in it: each reader has it in their own language.
    code = models.CharField(max_length=50)
    params = models.JSONField(default=dict)
    # The row whose page says more: the label of its model, and its id. It may be gone.
    about = models.CharField(max_length=100, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        # Everybody has their own and no others: there is nothing to permit.
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-id"], name="notice_newest")]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"
