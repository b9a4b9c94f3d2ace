from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, transition

from accounts.models.fields import StatusField


class JourneyQuerySet(models.QuerySet["Journey"]):
    def present(self) -> JourneyQuerySet:
        """Those that are not deleted."""
        return self.filter(deleted_at__isnull=True)

    def published(self) -> JourneyQuerySet:
        """Those that hold on to what they refer to: Scheduled, Live, Closed."""
        return self.present().filter(status__in=Journey.PUBLISHED)


class Journey(models.Model):
    """A plan that takes accounts from node to node.

    A draft can be edited. Once published, the map is frozen; to change it, duplicate the journey.
    The status changes by a transition only, in `journeys.services` under the journey's lock; a trigger in the
    database refuses every other pair of statuses.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        LIVE = "live", _("Live")
        CLOSED = "closed", _("Closed to new entries")
        ABORTED = "aborted", _("Aborted")
        FINISHED = "finished", _("Finished")

    PUBLISHED = (Status.SCHEDULED, Status.LIVE, Status.CLOSED)

    class Mode(models.TextChoices):
        """How the audience is read; known once published."""

        ONCE = "once", _("Once")
        CONTINUOUS = "continuous", _("Continuous")

    class ReEntryTiming(models.TextChoices):
        FROM_END = "from_end", _("From the end of the former entry")
        FROM_START = "from_start", _("From the start of the former entry")

    class DelayUnit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")

    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(max_length=2000, blank=True, default="")
    status = StatusField(default=Status.DRAFT, choices=Status, max_length=10)
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField(_("start"), null=True, blank=True, help_text=_("Empty: immediately."))
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    re_entry_enabled = models.BooleanField(_("re-entry"), default=False)
    re_entry_timing = models.CharField(max_length=10, choices=ReEntryTiming, default=ReEntryTiming.FROM_END)
    re_entry_delay = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    re_entry_delay_unit = models.CharField(max_length=5, choices=DelayUnit, default=DelayUnit.DAYS)
    re_entry_limit = models.PositiveIntegerField(
        _("entry limit"), default=2, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("How often an account may enter in all."),
    )  # fmt: skip
    email_deduplication = models.BooleanField(default=False)

    created_at = models.DateTimeField(_("created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("updated at"), editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    # The version's own journey: deleting this deletes the version, in whatever order.
    version = models.ForeignKey(
        "journeys.MapVersion", models.DO_NOTHING, null=True, related_name="+", editable=False
    )
    mode = models.CharField(max_length=10, choices=Mode, blank=True, default="", editable=False)
    # The audience of a *once* journey has been read to its end.
    audience_read_at = models.DateTimeField(null=True, editable=False)
    # After an abort: every entry has been ended.
    swept_at = models.DateTimeField(null=True, editable=False)

    held_at = models.DateTimeField(null=True, editable=False)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    held_because = models.CharField(max_length=500, blank=True, default="", editable=False)

    # A tombstone: the name is free again, the rows go in the background.
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(deleted_at__isnull=True),
                name="one_journey_per_name",
                violation_error_message=_("A journey of this name exists."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="journey_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(version__isnull=False, ends_at__isnull=False, published_at__isnull=False),
                name="published_journey_is_whole",
            ),
        ]
        indexes = [
            # The engine's round over what may move.
            models.Index(
                "id", name="journey_published", condition=models.Q(status__in=["scheduled", "live", "closed"])
            ),
            # Purge and the sweep after an abort.
            models.Index(
                "id", name="journey_unswept", condition=models.Q(status="aborted", swept_at__isnull=True)
            ),
            models.Index("id", name="journey_deleted", condition=models.Q(deleted_at__isnull=False)),
            # The list: search, and each of its sorts.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="journey_search"),
            models.Index("updated_at", "id", name="journey_updated"),
            models.Index("created_at", "id", name="journey_created"),
            models.Index("published_at", "id", name="journey_published_at"),
            # The list, filtered by status; how many there are in each, on the home page.
            models.Index("status", "id", name="journey_status", condition=models.Q(deleted_at__isnull=True)),
            models.Index("name", "id", name="journey_name"),
            # The list of the API by start and end; what started late, on the home page.
            models.Index("starts_at", "id", name="journey_starts_at"),
            models.Index("ends_at", "id", name="journey_ends_at"),
            # What is held, on the home page.
            models.Index("held_at", name="journey_held", condition=models.Q(held_at__isnull=False)),
        ]
        permissions = [
            ("publish_journey", "Can publish and close journeys"),
            ("abort_journey", "Can abort journeys"),
            ("hold_journey", "Can hold and release journeys"),
            ("export_journey", "Can export journeys"),
            ("repair_journey", "Can retry and remove entries"),
        ]

    def __str__(self) -> str:
        return self.name

    # Transitions. Each only changes fields; `journeys.services` checks, records and saves.

    @transition(
        status,
        Status.DRAFT,
        RETURN_VALUE(Status.LIVE, Status.SCHEDULED),
        permission="journeys.publish_journey",
    )
    def publish(self, *, by: User | None, now: datetime) -> str:
        """Freeze the map. Live at once, or Scheduled when the start is in the future."""
        self.published_by = by
        self.published_at = now
        if self.starts_at is not None and self.starts_at > now:
            return self.Status.SCHEDULED
        self.started_at = now
        return self.Status.LIVE

    @transition(status, Status.SCHEDULED, Status.LIVE)
    def start(self, *, now: datetime) -> None:
        """The start time has come; by the system."""
        self.started_at = now

    @transition(status, Status.LIVE, Status.CLOSED, permission="journeys.publish_journey")
    def close(self) -> None:
        """Let no more accounts in; those inside go on."""

    @transition(status, PUBLISHED, Status.ABORTED, permission="journeys.abort_journey")
    def abort(self, *, now: datetime) -> None:
        """Stop every account where it stands, for good."""
        self.ended_at = now

    @transition(status, [Status.LIVE, Status.CLOSED], Status.FINISHED)
    def finish(self, *, now: datetime) -> None:
        """Every account has completed; by the system."""
        self.ended_at = now

    # Properties

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT
