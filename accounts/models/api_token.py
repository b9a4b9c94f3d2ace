from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken):
    """A key of an API client. It belongs to a user, is shown once and stored hashed; deleting it revokes it.

    `scopes` narrow what its user may do: "read" (nothing but reading) or "write", over all areas, or one by one
    ("journeys:read", "accounts:write"). Empty: all that its user may do.
    """

    name = models.CharField(max_length=100, blank=True, default="")
    scopes = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name or f"token {self.token_key}…"


class IdempotencyKey(models.Model):
    """The answer that a POST with this key got: the same request again gets the same answer for 24 hours."""

    user_id = models.IntegerField()
    key = models.CharField(max_length=200)
    # What was asked: method, path and a digest of the body; the same key for something else is refused.
    request = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user_id", "key", name="one_answer_per_idempotency_key")]
        indexes = [models.Index("created_at", name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
