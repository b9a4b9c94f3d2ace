"""Contact coverage: in how many groups of each solution interest a role has the members that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.sql import rows, sql
from buying_groups.models import Role, SolutionInterest
from buying_groups.reports.selection import Selection

COUNT = """
    WITH needed AS MATERIALIZED (
        SELECT interest.id AS interest_id, role.role_id, role.members_needed
        FROM buying_groups_solutioninterest interest
        JOIN buying_groups_templaterole role ON role.template_id = interest.template_id
    ), groups AS MATERIALIZED (
        SELECT held.id, held.solution_interest_id AS interest_id FROM {groups}
    ), filled AS (
        SELECT member.role_id, member.group_id, count(*) AS members FROM buying_groups_groupmember member
        WHERE NOT member.is_removed GROUP BY member.role_id, member.group_id
    ), enough AS (
        SELECT interest_id, role_id, count(*) AS groups
        FROM filled JOIN groups ON groups.id = filled.group_id
        JOIN needed USING (interest_id, role_id) WHERE filled.members >= needed.members_needed
        GROUP BY interest_id, role_id
    ), counted AS (
        SELECT interest_id, count(*) AS groups FROM groups GROUP BY interest_id
    )
    SELECT interest_id, role_id, counted.groups, COALESCE(enough.groups, 0)
    FROM needed JOIN counted USING (interest_id) LEFT JOIN enough USING (interest_id, role_id)
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
