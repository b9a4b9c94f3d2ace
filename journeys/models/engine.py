"""What the engine remembers of its own work."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Batch(models.Model):
    """Entries that one worker is moving, or that must be tried again.

    Written and committed before the move, deleted by the move itself: a row whose worker is gone tells that
    the batch killed it. `worker` is the backend that holds it, null when anybody may take it.
    """

    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="+", db_constraint=False)
    entries = ArrayField(models.BigIntegerField())
    worker = models.IntegerField(null=True)
    # How often a worker died with exactly these entries, and how often they failed with an error.
    deaths = models.PositiveSmallIntegerField(default=0)
    errors = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"batch of {len(self.entries)} in journey {self.journey_id}"


class NodeTrouble(models.Model):
    """A node at which everybody fails: entries wait before it until `retry_at`."""

    node = models.OneToOneField("journeys.Node", models.CASCADE, primary_key=True, related_name="trouble")
    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="troubles")
    error = models.TextField()
    since = models.DateTimeField()
    retry_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.node}: {self.error}"


class EngineState(models.Model):
    """One row: which database this is, when the engine last went round, and whether it is held."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Cluster and database that the engine last ran on; another one is a restored or cloned copy.
    identity = models.CharField(max_length=100, blank=True, default="")
    # Highest transaction number seen; a lower one now means a restored copy.
    last_xid = models.BigIntegerField(default=0)
    last_round_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    held_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_engine_state")]
        permissions = [("hold_engine", "Can hold and release the whole engine")]

    def __str__(self) -> str:
        return "held" if self.held_at else "running"
