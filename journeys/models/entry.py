"""Who travels, and where they have been. Millions of rows; only `journeys.engine` writes them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One account's way through one journey.

    There are millions of these, so their state is changed with one UPDATE for many rows, never with a
    transition on one instance. Whoever writes an entry has locked the row of its account
    (docs/engine.md, A batch owns its accounts).
    """

    class Status(models.IntegerChoices):
        ACTIVE = 1, _("Active")
        COMPLETED = 2, _("Completed")
        REMOVED = 3, _("Removed")
        ABORTED = 4, _("Aborted")
        FAILED = 5, _("Failed")

    INSIDE = (Status.ACTIVE, Status.FAILED)

    class Reason(models.IntegerChoices):
        """Why an entry ended."""

        COMPLETED = 1, "completed"
        NO_PATH_MATCHED = 2, "no_path_matched"
        TIMED_OUT = 3, "timed_out"
        REMOVED_BY_STAFF = 4, "removed_by_staff"
        REMOVED_BY_JOURNEY = 5, "removed_by_journey"
        JOURNEY_ABORTED = 6, "journey_aborted"

    journey = models.ForeignKey(
        "journeys.Journey", models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        "accounts.Account", models.DO_NOTHING, related_name="entries", db_constraint=False, db_index=False
    )
    number = models.IntegerField(default=1)
    version = models.ForeignKey(
        "journeys.MapVersion", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    status = models.SmallIntegerField(choices=Status, default=Status.ACTIVE)
    node = models.ForeignKey(
        "journeys.Node", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    # Number of the visit that the entry is at now.
    visit = models.IntegerField(default=1)
    arrived_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    # The event that made it due before its time.
    woken_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.SmallIntegerField(choices=Reason, null=True)
    # From when the account may enter again; null: not, or not any more.
    reenter_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            # The account first: its page asks for all its entries.
            models.UniqueConstraint("account", "journey", "number", name="entry_number_once"),
            models.UniqueConstraint(
                "journey", "account", condition=Q(status__in=[1, 5]), name="entry_inside_once"
            ),
            models.CheckConstraint(condition=Q(status__in=[1, 2, 3, 4, 5]), name="entry_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[1, 5], ended_at__isnull=True, reason__isnull=True)
                | Q(status__in=[2, 3, 4], ended_at__isnull=False, reason__isnull=False, due_at__isnull=True),
                name="entry_ended_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(number__gte=1, visit__gte=1), name="entry_counts_from_one"),
        ]
        indexes = [
            # What is due: claiming stays flat however many are parked.
            models.Index(
                "journey", "due_at", "id", name="entry_due", condition=Q(status=1, due_at__isnull=False)
            ),
            # "There now" of a node, and its list.
            models.Index("node", "id", name="entry_there", condition=Q(status__in=[1, 5])),
            # The liveness query: nobody is in it.
            models.Index("id", name="entry_asleep", condition=Q(status=1, due_at__isnull=True)),
            # Accounts whose delay has run out.
            models.Index(
                "journey", "reenter_at", name="entry_reenter", condition=Q(reenter_at__isnull=False)
            ),
            # The entries page, by status.
            models.Index("journey", "status", "id", name="entry_status"),
            # The same by reason, but for those that most end with; who matched no path at a node.
            models.Index(
                "journey",
                "reason",
                "id",
                name="entry_reason",
                condition=Q(reason__in=[2, 3, 4, 5]),
                include=["node"],
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.number} of account {self.account_id} in journey {self.journey_id}"


class Visit(models.Model):
    """One entry at one node, appended when it leaves: the visit that is open is the entry row itself."""

    pk = models.CompositePrimaryKey("entry_id", "number")
    entry = models.ForeignKey(
        Entry, models.DO_NOTHING, related_name="visits", db_constraint=False, db_index=False
    )
    number = models.IntegerField()
    node = models.ForeignKey(
        "journeys.Node", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField()
    path = models.ForeignKey(
        "journeys.Path", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    done = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    # Why somebody was skipped (actions.types.Reason).
    reason = models.SmallIntegerField(null=True)
    detail = models.JSONField(null=True)

    class Meta:
        indexes = [
            # The accounts behind a node's number.
            models.Index("node", "entry", name="visit_node"),
            models.Index("node", "entry", name="visit_skipped", condition=Q(skipped__gt=0)),
        ]

    def __str__(self) -> str:
        return f"visit {self.number} of entry {self.entry_id}"


class EntryFailure(models.Model):
    """Why an entry is set aside; staff retry or remove it."""

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="failure", db_constraint=False
    )
    node = models.ForeignKey("journeys.Node", models.DO_NOTHING, related_name="+", db_constraint=False)
    error = models.TextField()
    failed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.error
