"""A journey as JSON: the fields of the document (docs/reference/document.md), and what the system knows of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import Text, Whole, YesNo
from accounts.api.serializers import Sparse, Strict, UserSerializer
from journeys.document import fields
from journeys.document.field_checks import DELAY_LARGEST, DESCRIPTION_LENGTH, LIMIT_LARGEST, NAME_LENGTH
from journeys.models import Journey
from journeys.services import allowed_actions
from journeys.services.allowed import ALLOWED

ACTIONS = sorted({action for allowed in ALLOWED.values() for action in allowed})


class DelaySerializer(Strict):
    value = Whole(min_value=1, max_value=DELAY_LARGEST)
    unit = serializers.ChoiceField(Journey.DelayUnit.choices)


class ReEntrySerializer(Strict):
    """Whether an account may enter again, from when on, and how often in all."""

    enabled = YesNo(required=False)
    timing = serializers.ChoiceField(Journey.ReEntryTiming.choices, required=False)
    delay = DelaySerializer(required=False)
    entry_limit = Whole(required=False, min_value=1, max_value=LIMIT_LARGEST)


class JourneyFields(Strict):
    """What can be written. The services check it; this describes it."""

    name = Text(longest=NAME_LENGTH, shortest=1)
    description = Text(required=False, longest=DESCRIPTION_LENGTH)
    time_zone = serializers.CharField(required=False, help_text="An IANA zone.")
    start = serializers.CharField(required=False, allow_null=True, help_text="“immediately”, or an instant.")
    end = serializers.DateTimeField(required=False, allow_null=True, help_text="Needed to publish.")
    re_entry = ReEntrySerializer(required=False)
    email_deduplication = YesNo(required=False)


class JourneySerializer(Sparse):
    """A plan that takes accounts from node to node."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(Journey.Status.choices)
    allowed_actions = serializers.SerializerMethodField()
    time_zone = serializers.CharField()
    start = serializers.SerializerMethodField(help_text="“immediately”, or an instant.")
    end = serializers.DateTimeField(source="ends_at", allow_null=True)
    re_entry = serializers.SerializerMethodField()
    email_deduplication = serializers.BooleanField()
    mode = serializers.CharField(allow_blank=True, help_text="once or continuous; known once published.")
    created_at = serializers.DateTimeField()
    created_by = UserSerializer(allow_null=True)
    updated_at = serializers.DateTimeField()
    updated_by = UserSerializer(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = UserSerializer(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    held_by = UserSerializer(allow_null=True)
    held_because = serializers.CharField(allow_blank=True)

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": ACTIONS}})
    def get_allowed_actions(self, journey: Journey) -> list[str]:
        return allowed_actions(journey)

    def get_start(self, journey: Journey) -> str:
        return str(fields.fields_of(journey)["start"])

    @extend_schema_field(ReEntrySerializer)
    def get_re_entry(self, journey: Journey) -> dict[str, Any]:
        found: dict[str, Any] = fields.fields_of(journey)["re_entry"]
        return found
