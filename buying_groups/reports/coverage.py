"""Contact coverage: in how many groups of each solution interest a role has the members that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan

from accounts.sql import rows, sql
from buying_groups.models import Role, SolutionInterest
from buying_groups.reports.selection import Selection

# Groups that lack the same roles are counted together: a few dozen sorts of them, of a million groups.
COUNT = """
    WITH sort AS (
        SELECT held.solution_interest_id AS interest_id, held.lacking, count(*) AS groups FROM {groups} GROUP BY 1, 2
    )
    SELECT interest.id, role.id, sum(groups)::bigint,
        COALESCE(sum(groups) FILTER (WHERE COALESCE(lacking, -1) & (1 << (role.position - 1)) = 0), 0)::bigint
    FROM sort JOIN buying_groups_solutioninterest interest ON interest.id = sort.interest_id
    JOIN buying_groups_templaterole needed ON needed.template_id = interest.template_id
    JOIN buying_groups_role role ON role.id = needed.role_id
    GROUP BY interest.id, role.id
"""
# Of a group that was never computed: it lacks all roles.
ALL = -1


@dataclass(frozen=True)
class Cell:
    """A role in the groups of a solution interest: how many groups there are, and how many have enough members."""

    groups: int
    filled: int

    @property
    def missing(self) -> int:
        """Groups in which the role has fewer members than it needs, whether or not they must have it."""
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
    return _of_role(role_id, lambda lacks: Exact(lacks, 0))


def lacking(role_id: int) -> Q:
    """The groups behind a cell's `missing`: those that have this role, and too few members in it."""
    return _of_role(role_id, lambda lacks: GreaterThan(lacks, 0))


def _of_role(role_id: int, condition: Callable[[Any], Any]) -> Q:
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        return Q(pk__in=())
    interests = SolutionInterest.objects.filter(template__roles__role=role).values_list("pk", flat=True)
    lacks = Coalesce(F("lacking"), ALL).bitand(role.bit)
    return Q(solution_interest_id__in=list(interests)) & Q(condition(lacks))
