from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import clock, etag
from accounts.api.accounts import by_client
from accounts.api.base import Listed
from accounts.api.fields import HIGHEST_ID, Whole, ids
from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.pages import Cursor
from accounts.api.permissions import may_see
from accounts.api.query import order_of
from accounts.api.serializers import Strict
from accounts.findings import Finding, Invalid
from accounts.timelines import PEOPLE
from buying_groups.api.of_people import OfPeople
from buying_groups.models import BuyingGroup, GroupMember, MemberSource
from buying_groups.reports import members as report
from buying_groups.services import members
from buying_groups.services.members import MOST

ASSIGNED, CHANGED_ROLE, REMOVED = "assigned", "changed_role", "removed"
ALREADY_IN_ROLE, NOT_A_MEMBER = "already_in_role", "not_a_member"
OUTCOMES = [ASSIGNED, CHANGED_ROLE, REMOVED, ALREADY_IN_ROLE, NOT_A_MEMBER]
BY = "Who made the last change: manual, journey or system."


class GroupMemberSerializer(OfPeople):
    """Somebody who is in the group, or was, and in which role.

    Name, email, job title and engagement score are null for who may not view people.
    """

    personal = ("person_name", "email", "job_title", "engagement_score")

    person = serializers.IntegerField(source="person_id")
    person_name = serializers.CharField(source="person", allow_null=True)
    email = serializers.CharField(source="person.email", allow_blank=True, allow_null=True)
    job_title = serializers.CharField(source="person.job_title", allow_blank=True, allow_null=True)
    engagement_score = serializers.FloatField(source="person.engagement_score", allow_null=True)
    role = serializers.IntegerField(source="role_id")
    role_name = serializers.CharField(source="role.name")
    source = serializers.SerializerMethodField(help_text=BY)  # type: ignore[assignment]
    source_id = serializers.IntegerField(allow_null=True, help_text="The id of that user or journey.")
    is_removed = serializers.BooleanField()
    changed_at = serializers.DateTimeField(help_text="When the last change took effect.")

    def get_source(self, member: GroupMember) -> str:
        return MemberSource(member.source).name.lower()


class GivenGroupMember(Strict):
    person = Whole(min_value=1, max_value=HIGHEST_ID, help_text="The id of a person of the group's account.")
    role = Whole(min_value=1, max_value=HIGHEST_ID, help_text="The id of a role of the group's template.")


class GivenGroupMembers(Strict):
    members = serializers.ListField(child=GivenGroupMember(), min_length=1, max_length=MOST)


class GivenPeople(Strict):
    people = ids(MOST, "Ids of members.")


class GroupOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one person."""

    person = serializers.IntegerField()
    outcome = serializers.ChoiceField(OUTCOMES)


class GroupOutcomesSerializer(serializers.Serializer[Any]):
    """What became of each person, in the order in which they were given."""

    results = GroupOutcomeSerializer(many=True)


class GroupMemberFilter(FilterSet):
    role = IdFilter(field_name="role_id", label="The id of a role.")
    is_removed = YesNoFilter(label="true: those who were removed. Default: false.")


class GroupMemberViewSet(Listed):
    """The people of a buying group. What is changed here counts as done by hand: no journey or job undoes it."""

    area = "buying_groups"
    permissions = {
        "list": "buying_groups.view_buyinggroup",
        "add": "buying_groups.edit_members_buyinggroup",
        "edit": "buying_groups.edit_members_buyinggroup",
        "remove": "buying_groups.edit_members_buyinggroup",
    }
    bodies_of_delete = ("remove",)
    tagged = ("list", "add", "edit", "remove")
    matched = ("add", "edit", "remove")
    queryset = GroupMember.objects.select_related("person", "role")
    serializer_class = GroupMemberSerializer
    filterset_class = GroupMemberFilter
    pagination_class = Cursor
    ordering_fields = {
        "person": "person_id", "role": "priority", "engagement_score": "engagement_score", "changed_at": "changed_at",
    }  # fmt: skip
    ordering = "person"
    ordering_note = (
        "role: in the order of the role template. engagement_score is for who may view people; nobody has less than who"
        " has none."
    )
    tiebreak = "person_id"

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().filter(group=self._group())
        rows = report.with_priority(rows).annotate(engagement_score=F("person__engagement_score"))
        return rows if "is_removed" in self.request.query_params else rows.filter(is_removed=False)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of those who are members now."""
        by_score = any(column == "engagement_score" for column, _ in order_of(request, self))
        if by_score and not may_see(request, PEOPLE):
            raise PermissionDenied("Who may not view people may not sort them by their scores.")
        # Before the members are read: what changes meanwhile makes it an old one.
        tag = self._tag()
        answer = super().list(request, **kwargs)
        answer["ETag"] = tag
        return answer

    @extend_schema(request=GivenGroupMembers, responses=GroupOutcomesSerializer)
    @transaction.atomic
    def add(self, request: Request, group_id: int) -> Response:
        """Assign up to 50 people of the account, each to a role; all of them or, with a fault, none."""
        roles = _roles(request)
        try:
            made = members.assign(self._group(), roles, **_said(request))
        except Invalid as wrong:
            raise _placed(wrong, list(roles), "members", "person") from wrong
        outcome = {person: CHANGED_ROLE if role else ASSIGNED for person, role in made.before.items()}
        return self._each(roles, outcome, ALREADY_IN_ROLE)

    @extend_schema(request=GivenGroupMembers, responses=GroupOutcomesSerializer)
    @transaction.atomic
    def edit(self, request: Request, group_id: int) -> Response:
        """Give up to 50 members other roles; all of them or, with a fault, none."""
        roles = _roles(request)
        try:
            made = members.change_role(self._group(), roles, **_said(request))
        except Invalid as wrong:
            raise _placed(wrong, list(roles), "members", "person") from wrong
        return self._each(roles, dict.fromkeys(made.before, CHANGED_ROLE), ALREADY_IN_ROLE)

    @extend_schema(request=GivenPeople, responses={200: GroupOutcomesSerializer})
    @transaction.atomic
    def remove(self, request: Request, group_id: int) -> Response:
        """Remove up to 50 members; answered one by one."""
        people = GivenPeople.values_of(request)["people"]
        made = members.remove(self._group(), people, **_said(request))
        return self._each(people, dict.fromkeys(made.before, REMOVED), NOT_A_MEMBER)

    def _group(self) -> BuyingGroup:
        return BuyingGroup.objects.get(pk=self.kwargs["group_id"])

    def _tag(self) -> str:
        """Of all members, whoever is listed: by when one last changed."""
        return etag.of_moment(members.last_change(self._group()))

    def _each(self, people: Any, outcome: dict[int, str], otherwise: str) -> Response:
        """With the tag that this change made: until the end of the transaction nobody makes another."""
        rows = [{"person": person, "outcome": outcome.get(person, otherwise)} for person in people]
        return Response({"results": rows}, headers={"ETag": self._tag()})


def _said(request: Request) -> dict[str, Any]:
    """Who wants it, when, and of which members."""
    seen = etag.asked_moment(request)
    return {"by": request.user, "now": clock.now(), "source": by_client(request), "unchanged_since": seen}


def _roles(request: Request) -> dict[int, int]:
    """The role that is wanted for each person.

    :raises Invalid: if somebody is there twice
    """
    given = GivenGroupMembers.values_of(request)["members"]
    people = [one["person"] for one in given]
    message = "This person is there twice; give each one role."
    twice = [index for index, person in enumerate(people) if person in people[:index]]
    if twice:
        raise Invalid(Finding("twice", message, ("members", index, "person")) for index in twice)
    return {one["person"]: one["role"] for one in given}


def _placed(wrong: Invalid, people: Sequence[int], *place: str) -> Invalid:
    """What the service says of a person, or of their role, at the place in the body where that person stands."""
    key, *last = place
    return Invalid(
        Finding(found.code, found.message, (key, people.index(int(found.at[1])), *(found.at[2:] or last)))
        if len(found.at) > 1
        else found
        for found in wrong.findings
    )
