from __future__ import annotations

from django.conf import settings
from django.db import models


class TableLayout(models.Model):
    """Which columns a user wants to see in a list (“Customise table”, spec 1.4). No row: the default ones."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    table = models.CharField(max_length=100)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint("user", "table", name="one_layout_per_user_and_table")]

    def __str__(self) -> str:
        return f"{self.table} of {self.user}"
