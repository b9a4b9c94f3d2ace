"""Contact coverage: in how many groups of each solution interest a role has the members that it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from accounts.sql import rows, sql
from buying_groups.models import GroupMember, Role, SolutionInterest, TemplateRole
from buying_groups.reports.selection import Selection

# Groups with the same members by role are counted together: a few thousand sorts of them, of a million groups. Four
# times as fast as counting the members of each role of each group.
COUNT = """
    WITH sort AS (
        SELECT interest_id, roles, count(*) AS groups FROM (
            SELECT min(held.interest_id) AS interest_id, array_agg(member.role_id ORDER BY member.role_id) AS roles
            FROM (SELECT held.id, held.solution_interest_id AS interest_id FROM {groups}) AS held
            LEFT JOIN buying_groups_groupmember member ON member.group_id = held.id AND NOT member.is_removed
            GROUP BY held.id
        ) AS of_group GROUP BY interest_id, roles
    )
    SELECT interest.id, needed.role_id, sum(groups)::bigint, COALESCE(sum(groups) FILTER (WHERE (
        SELECT count(*) FROM unnest(sort.roles) AS has (role_id) WHERE has.role_id = needed.role_id
    ) >= needed.members_needed), 0)::bigint
    FROM sort JOIN buying_groups_solutioninterest interest ON interest.id = sort.interest_id
    JOIN buying_groups_templaterole needed ON needed.template_id = interest.template_id
    GROUP BY interest.id, needed.role_id
"""


@dataclass(frozen=True)
class Cell:
    """A role in the groups of a solution interest: how many groups there are, and how many have enough members."""

    groups: int
    filled: int

    @property
    def missing(self) -> int:
        """Groups in which the role lacks members."""
        return self.groups - self.filled

    @property
    def share(self) -> float:
        """Of the groups that have enough, from 0 to 1."""
        return self.filled / self.groups


@dataclass(frozen=True)
class Coverage:
    """Solution interests that have groups, the roles of their templates, and a cell for each that belongs together."""

    interests: Sequence[tuple[int, str]]
    roles: Sequence[tuple[int, str]]
    cells: Mapping[tuple[int, int], Cell]


def coverage(selection: Selection) -> Coverage:
    """Count it for the groups that are selected; three statements. Removed members do not count."""
    cells = {
        (interest, role): Cell(groups, filled)
        for interest, role, groups, filled in rows(sql(COUNT, groups=selection.rows()))
    }
    interests = SolutionInterest.objects.filter(pk__in={interest for interest, _ in cells}).order_by("name")
    roles = Role.objects.filter(pk__in={role for _, role in cells}).order_by("position")
    return Coverage(list(interests.values_list("pk", "name")), list(roles.values_list("pk", "name")), cells)


def filled(role_id: int) -> Q:
    """The groups behind a cell's `filled`: those that have enough members in this role."""
    return _of_role(role_id, enough=True)


def lacking(role_id: int) -> Q:
    """The groups behind a cell's `missing`: those that have this role, and too few members in it."""
    return _of_role(role_id, enough=False)


def _of_role(role_id: int, *, enough: bool) -> Q:
    interests: dict[int, list[int]] = defaultdict(list)
    known = TemplateRole.objects.filter(role_id=role_id, template__solution_interests__isnull=False)
    for needed, interest in known.values_list("members_needed", "template__solution_interests"):
        interests[needed].append(interest)
    wanted = Q(pk__in=())
    for needed, ids in interests.items():
        has = _has(role_id, needed)
        wanted |= Q(solution_interest_id__in=ids) & (has if enough else ~has)
    return wanted


def _has(role_id: int, needed: int) -> Q:
    """Whether a group has so many members in the role. One is found without counting."""
    members = GroupMember.objects.filter(group=OuterRef("pk"), role_id=role_id, is_removed=False).order_by()
    if needed == 1:
        return Q(Exists(members))
    counted = members.values("group_id").annotate(n=Count("person_id")).values("n")
    return Q(GreaterThanOrEqual(Coalesce(Subquery(counted), 0), needed))
