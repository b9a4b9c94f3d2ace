from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.explain import ExplainedSerializer
from accounts.api.serializers import Sparse
from journeys.models import Entry
from journeys.reports.standing import as_it_stands

STATUSES = [status.name.lower() for status in Entry.Status]
REASONS = [str(reason.label) for reason in Entry.Reason]


class FailureSerializer(serializers.Serializer[Any]):
    """Why an entry is set aside."""

    error = serializers.CharField()
    failed_at = serializers.DateTimeField()


class EntrySerializer(Sparse):
    """One account's way through one journey."""

    id = serializers.IntegerField()
    journey = serializers.IntegerField(source="journey_id")
    account = serializers.IntegerField(source="account_id")
    account_name = serializers.CharField(source="account.name")
    number = serializers.IntegerField(help_text="1 for the first time, 2 for the second …")
    status = serializers.SerializerMethodField(help_text=f"One of {', '.join(STATUSES)}.")
    reason = serializers.SerializerMethodField(help_text=f"Why it ended, empty before: {', '.join(REASONS)}.")
    node = serializers.CharField(source="node.key", help_text="Where it is, or where it ended.")
    arrived_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    may_enter_again_at = serializers.DateTimeField(source="reenter_at", allow_null=True)
    failure = FailureSerializer(allow_null=True, default=None)

    def to_representation(self, instance: Entry) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(as_it_stands(instance))
        if "failure" in shown and instance.status != Entry.Status.FAILED:
            shown["failure"] = None
        return shown

    def get_status(self, entry: Entry) -> str:
        return Entry.Status(entry.status).name.lower()

    def get_reason(self, entry: Entry) -> str:
        return str(Entry.Reason(entry.reason).label) if entry.reason else ""


class VisitSerializer(serializers.Serializer[Any]):
    """One entry at one node."""

    number = serializers.IntegerField()
    node = serializers.CharField(source="node.key")
    kind = serializers.CharField(source="node.kind")
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True, help_text="null: it is there now.")
    due_at = serializers.DateTimeField(allow_null=True)
    path = serializers.CharField(allow_blank=True, help_text="The path by which it left.")
    done = serializers.IntegerField(help_text="Targets for which the action was done.")
    skipped = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True, help_text="Why somebody was skipped.")


class SawSerializer(serializers.Serializer[Any]):
    """What a filter looked at, and what that was then; of a list or the like whether there was one."""

    text = serializers.CharField()
    field = serializers.CharField()
    value = serializers.JSONField(allow_null=True)


class VerdictSerializer(serializers.Serializer[Any]):
    """Whether the condition of a path held then."""

    path = serializers.CharField()
    verdict = serializers.BooleanField()
    text = serializers.CharField(help_text="The condition in words.")
    seen = SawSerializer(many=True, help_text="Without what is not on record.")


class StepSerializer(VisitSerializer):
    """A visit, with what the conditions of a split came to and the values that they saw then."""

    verdicts = VerdictSerializer(
        many=True, help_text="The paths that were asked, up to the one that was taken."
    )
    seen = serializers.DictField(help_text="The values as they are stored with the visit.")


class WhySerializer(serializers.Serializer[Any]):
    """The way of an entry, and why it took it."""

    entry = EntrySerializer()
    visits = StepSerializer(many=True)


class WhyAccountSerializer(serializers.Serializer[Any]):
    """Why an account is in a journey, or is not."""

    inside = serializers.BooleanField()
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Why it is not inside; of one inside: what is held."
    )
    audience = ExplainedSerializer(allow_null=True, help_text="The audience's condition for this account.")
    entry = EntrySerializer(allow_null=True, help_text="Its last entry.")
    visits = StepSerializer(many=True)
