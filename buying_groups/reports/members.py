"""Who is in a group, who was, and who could be."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import Person
from buying_groups.models import BuyingGroup, GroupMember, TemplateRole


def current(group: BuyingGroup) -> QuerySet[GroupMember]:
    """The members by role, in the order of the template; in a role the most engaged first."""
    priority = TemplateRole.objects.filter(
        template__solution_interests=group.solution_interest_id, role_id=OuterRef("role_id")
    ).values("priority")
    rows = GroupMember.objects.filter(group=group, is_removed=False).select_related("person", "role")
    return rows.annotate(priority=Subquery(priority)).order_by(
        F("priority").asc(nulls_last=True), "role_id",
        F("person__engagement_score").desc(nulls_last=True), "person_id",
    )  # fmt: skip


def former(group: BuyingGroup) -> QuerySet[GroupMember]:
    """Who was removed, the latest first."""
    rows = GroupMember.objects.filter(group=group, is_removed=True).select_related("person", "role")
    return rows.order_by("-changed_at", "person_id")


def candidates(group: BuyingGroup) -> QuerySet[Person]:
    """People of the group's account who are no members now; the most engaged first."""
    people = Person.objects.filter(relations__account=group.account_id)
    members = GroupMember.objects.filter(group=group, is_removed=False).values("person_id")
    return people.exclude(pk__in=members).order_by(F("engagement_score").desc(nulls_last=True), "pk")
