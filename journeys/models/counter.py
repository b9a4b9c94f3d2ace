from __future__ import annotations

from django.db import models


class What(models.IntegerChoices):
    """What is counted: of a node (accounts), or of a journey (entries; the node is 0)."""

    ENTERED = 1
    LEFT = 2
    DONE = 3
    SKIPPED = 4
    FAILED = 5
    COMPLETED = 6
    REMOVED = 7
    ABORTED = 8


class Counter(models.Model):
    """The folded part of a number; what is shown is this plus the deltas, read in one snapshot."""

    pk = models.CompositePrimaryKey("journey_id", "node_id", "what")
    journey_id = models.BigIntegerField()
    node_id = models.IntegerField(default=0)
    what = models.SmallIntegerField(choices=What)
    n = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.journey_id}/{self.node_id} {self.what}: {self.n}"


class CounterDelta(models.Model):
    """What one batch added; appended, so that workers do not wait for one another, and folded later."""

    journey_id = models.BigIntegerField(db_index=True)
    node_id = models.IntegerField(default=0)
    what = models.SmallIntegerField(choices=What)
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.journey_id}/{self.node_id} {self.what}: {self.n:+}"
