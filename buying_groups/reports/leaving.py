"""What becomes of buying groups when people go, before they go."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.sql import row, sql

# A group is less complete when a required role has fewer members than it needs without those who go.
LEAVING = """
    WITH leaving AS (
        SELECT group_id, role_id, count(*) AS n FROM buying_groups_groupmember
        WHERE person_id = ANY({people}) AND NOT is_removed GROUP BY group_id, role_id
    ), judged AS (
        SELECT leaving.group_id, named.name, leaving.n, COALESCE(asked.is_required, false) AND (
            SELECT count(*) FROM buying_groups_groupmember member
            WHERE member.group_id = leaving.group_id AND member.role_id = leaving.role_id AND NOT member.is_removed
        ) - leaving.n < asked.members_needed AS falls
        FROM leaving JOIN buying_groups_role named ON named.id = leaving.role_id
        JOIN buying_groups_buyinggroup held ON held.id = leaving.group_id
        JOIN buying_groups_solutioninterest interest ON interest.id = held.solution_interest_id
        LEFT JOIN buying_groups_templaterole asked
            ON asked.template_id = interest.template_id AND asked.role_id = leaving.role_id
    ), by_role AS (SELECT name, sum(n)::bigint AS n FROM judged GROUP BY name)
    SELECT count(DISTINCT group_id), count(DISTINCT group_id) FILTER (WHERE falls),
        (SELECT jsonb_agg(jsonb_build_array(name, n) ORDER BY n DESC, name) FROM by_role)::text
    FROM judged
"""


@dataclass(frozen=True)
class Leaving:
    """How many groups lose a member, how many of them completeness, and how many members by the name of their role,
    the most frequent first.
    """

    groups: int
    falling: int
    by_role: Mapping[str, int]


def leaving(people: Collection[int]) -> Leaving:
    """Of people, by their ids; one statement."""
    found = row(sql(LEAVING, people=list(people)))
    groups, falling, by_role = found or (0, 0, None)
    return Leaving(groups, falling, dict(json.loads(by_role or "[]")))
