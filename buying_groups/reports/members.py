"""Who is in a group, who was, and who could be."""

from __future__ import annotations

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Person
from buying_groups.models import BuyingGroup, GroupMember, TemplateRole

# The place of a role that the template does not have: behind those that it has.
LAST = 2**15


def current(group: BuyingGroup, *, by_score: bool = False) -> QuerySet[GroupMember]:
    """The members by role, in the order of the template, in a role the most engaged first; or all by their scores."""
    rows = GroupMember.objects.filter(group=group, is_removed=False).select_related("person", "role")
    score = F("person__engagement_score").desc(nulls_last=True)
    by_role = () if by_score else ("priority", "role_id")
    return with_priority(rows).order_by(*by_role, score, "person_id")


def with_priority(rows: QuerySet[GroupMember]) -> QuerySet[GroupMember]:
    """Each with the place of its role in the template of its group (`priority`)."""
    places = TemplateRole.objects.filter(
        template__solution_interests=OuterRef("group__solution_interest"), role_id=OuterRef("role_id")
    ).values("priority")
    return rows.annotate(priority=Coalesce(Subquery(places), Value(LAST), output_field=IntegerField()))


def former(group: BuyingGroup) -> QuerySet[GroupMember]:
    """Who was removed, the latest first."""
    rows = GroupMember.objects.filter(group=group, is_removed=True).select_related("person", "role")
    return rows.order_by("-changed_at", "person_id")


def candidates(group: BuyingGroup) -> QuerySet[Person]:
    """People of the group's account who are no members now; the most engaged first."""
    people = Person.objects.filter(relations__account=group.account_id)
    members = GroupMember.objects.filter(group=group, is_removed=False).values("person_id")
    return people.exclude(pk__in=members).order_by(F("engagement_score").desc(nulls_last=True), "pk")
