from __future__ import annotations

from django.db import models


class LeftOver(models.Model):
    """What a run has passed over, because somebody else held the account: it comes back to it at its end.

    An account's id for creation, a group's for maintenance.
    """

    pk = models.CompositePrimaryKey("run_id", "subject_id")
    run = models.ForeignKey(
        "buying_groups.JobRun", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    subject_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.subject_id} of {self.run_id}"
