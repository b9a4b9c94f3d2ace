from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HistoryRecord(models.Model):
    """What was done with a journey, by whom, when and from where. Appended, never changed."""

    class Interface(models.TextChoices):
        ADMIN = "admin", _("Admin")
        API = "api", _("API")
        COMMAND = "command", _("Command")
        SYSTEM = "system", _("System")

    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="history")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    interface = models.CharField(max_length=10, choices=Interface)
    # created, edited, published, started, closed, aborted, finished, held, released, duplicated, renamed, …
    what = models.CharField(max_length=30)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = _("history")
        indexes = [
            models.Index("journey", "at", "id", name="history_of_journey"),
            # What started late, on the home page: a few of many.
            models.Index("at", name="history_started_late", condition=Q(detail__has_key="late_by_seconds")),
        ]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"
