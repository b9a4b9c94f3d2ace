from __future__ import annotations

from django.db import models

from accounts.models.fields import SnapshotField, TransactionNumberField


class AccountChange(models.Model):
    """Something about this account changed in that transaction; readers look at it again.

    Written by whoever changes an account, its people, lists or scores (`accounts.changes.mark`).
    """

    account_id = models.BigIntegerField()
    xid = TransactionNumberField()

    class Meta:
        indexes = [
            # Readers take what their snapshot has not seen, from its xmin on.
            models.Index("xid", name="account_change_xid"),
        ]

    def __str__(self) -> str:
        return f"account {self.account_id}"


class ChangeReader(models.Model):
    """Who reads the changes, and which transactions it has seen: one a dynamic list, one a live audience node."""

    name = models.CharField(max_length=100, unique=True)
    snapshot = SnapshotField()
    # Where the full evaluation has come to (an account id), null when it is done.
    sweep_cursor = models.BigIntegerField(null=True)
    # Which edit of the condition the last full evaluation used (Audience.revision).
    revision = models.PositiveIntegerField(default=1)
    swept_at = models.DateTimeField(null=True)
    # Up to when the passing of time (moving conditions, delays) has been looked at.
    looked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
