from __future__ import annotations

from django.db import models


class PendingScore(models.Model):
    """An engagement score that a run has computed and still has to write: of a person, or later of a group."""

    pk = models.CompositePrimaryKey("run_id", "subject_id")
    run = models.ForeignKey(
        "buying_groups.JobRun", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    subject_id = models.BigIntegerField()
    score = models.FloatField()

    def __str__(self) -> str:
        return f"{self.subject_id}: {self.score}"
