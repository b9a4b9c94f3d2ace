from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from accounts.models.fields import TransactionNumberField


class EventType(models.Model):
    """A kind of event. The built-in ones have fixed ids (`BuiltIn`); an administrator may define more."""

    class BuiltIn(models.IntegerChoices):
        EMAIL_SENT = 1
        EMAIL_DELIVERED = 2
        EMAIL_OPENED = 3
        EMAIL_CLICKED = 4
        EMAIL_BOUNCED = 5
        EMAIL_COMPLAINED = 6
        EMAIL_UNSUBSCRIBED = 7
        SMS_SENT = 8
        SMS_DELIVERED = 9
        SMS_FAILED = 10
        SMS_CLICKED = 11
        SMS_REPLIED = 12
        WEB_PAGE_VISITED = 13
        FORM_FILLED = 14
        ACCOUNT_INTERESTING_MOMENT = 15
        PERSON_INTERESTING_MOMENT = 16
        ACCOUNT_DATA_CHANGED = 17
        PERSON_DATA_CHANGED = 18
        SCORE_CHANGED = 19
        ASSIGNED_TO_BUYING_GROUP = 20
        REMOVED_FROM_BUYING_GROUP = 21
        BUYING_GROUP_STAGE_CHANGED = 22
        BUYING_GROUP_STATUS_CHANGED = 23
        BUYING_GROUP_COMPLETENESS_CHANGED = 24
        BUYING_GROUP_ENGAGEMENT_CHANGED = 25
        JOURNEY_ENTERED = 26
        JOURNEY_COMPLETED = 27
        ADDED_TO_ACCOUNT_LIST = 28
        REMOVED_FROM_ACCOUNT_LIST = 29
        EVENT_ATTENDED = 30
        EVENT_REGISTERED = 31
        WEB_LINK_CLICKED = 32
        CONFIRMED_IN_BUYING_GROUP = 33
        MEMBER_OF_BUYING_GROUP_DELETED = 34

    id = models.SmallAutoField(primary_key=True)
    name = models.SlugField(max_length=63, unique=True)
    label = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.label


class Event(models.Model):
    """Something that happened to a person or an account, recorded once, by one insert for many.

    What an event says is in `payload`: for a changed value {"attribute", "old", "new"}, for a score
    {"score", "old", "new"}, for an interesting moment {"type", "description"}.
    """

    class Source(models.IntegerChoices):
        """Who caused it; `source_id` is the id of the journey, the import or the user."""

        JOURNEY = 1
        IMPORT = 2
        STAFF = 3
        API = 4
        SYSTEM = 5

    type = models.ForeignKey(EventType, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    account_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.PositiveSmallIntegerField(choices=Source)
    source_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    xid = TransactionNumberField()

    class Meta:
        indexes = [
            # Timeline of an account; look-back of conditions on its events.
            models.Index(
                "account_id",
                "received_at",
                name="event_account",
                condition=models.Q(account_id__isnull=False),
            ),
            # Timeline of a person.
            models.Index(
                "person_id", "received_at", name="event_person", condition=models.Q(person_id__isnull=False)
            ),
            # Retention deletes what is old. It finds an event by its id as well, at no cost for those who write;
            # the primary key has no index of its own (migration 0005).
            BrinIndex("received_at", "id", name="event_received", autosummarize=True),
        ]

    def __str__(self) -> str:
        return (
            f"{EventType.BuiltIn(self.type_id).name if self.type_id in EventType.BuiltIn else self.type_id}"
        )
