from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.api.base import Listed
from accounts.api.pages import Cursor
from accounts.api.serializers import Sparse
from buying_groups.api.of_people import OfPeople
from buying_groups.models import BuyingGroup, GroupScore, IgnoredChange, MemberSource

REASON = "The change that stands: manual_member, journey_member, manual_removal or journey_removal."


class GroupScoreSerializer(Sparse):
    """The scores of a group at the end of a day; they stay so until the next day that is listed."""

    day = serializers.DateField()
    completeness = serializers.FloatField(allow_null=True)
    engagement = serializers.FloatField(allow_null=True)


class IgnoredChangeSerializer(OfPeople):
    """A change of a membership that was not made, because a higher source had decided otherwise.

    The name is null for who may not view people.
    """

    personal = ("person_name",)

    id = serializers.IntegerField()
    person = serializers.IntegerField(source="person_id")
    person_name = serializers.CharField(source="person", allow_null=True)
    is_removal = serializers.BooleanField(help_text="The person was to be removed.")
    role = serializers.IntegerField(source="role_id", allow_null=True, help_text="The role that was wanted.")
    role_name = serializers.CharField(source="role.name", allow_null=True, default=None)
    source = serializers.SerializerMethodField(help_text="Who wanted it: journey or system.")  # type: ignore[assignment]
    source_id = serializers.IntegerField(allow_null=True, help_text="The id of that journey.")
    reason = serializers.SerializerMethodField(help_text=REASON)
    against = serializers.DateTimeField(help_text="When the change was made that stands.")
    at = serializers.DateTimeField()

    def get_source(self, ignored: IgnoredChange) -> str:
        return MemberSource(ignored.source).name.lower()

    def get_reason(self, ignored: IgnoredChange) -> str:
        return IgnoredChange.Reason(ignored.reason).name.lower()


class OfGroup(Listed):
    """Something of one buying group, a page at a time."""

    area = "buying_groups"
    permissions = {"list": "buying_groups.view_buyinggroup"}
    pagination_class = Cursor

    def get_queryset(self) -> QuerySet[Any]:
        group = BuyingGroup.objects.only("pk").get(pk=self.kwargs["group_id"])
        return super().get_queryset().filter(group=group)


class GroupScoreViewSet(OfGroup):
    """The scores of a group over time: a row for each day on which one changed, the latest first."""

    queryset = GroupScore.objects.all()
    serializer_class = GroupScoreSerializer
    ordering_fields = {"day": "day"}
    ordering = "-day"
    tiebreak = "day"


class IgnoredChangeViewSet(OfGroup):
    """Changes of members that were ignored, with their reasons, the latest first."""

    queryset = IgnoredChange.objects.select_related("person", "role")
    serializer_class = IgnoredChangeSerializer
    ordering_fields = {"id": "id"}
    ordering = "-id"
