"""Where entries were set aside, for the home page."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.sql import rows, sql
from journeys.models import Journey
from journeys.reports.entries import EXACT_TO

# Jumps from node to node in the index on failures, and counts each only as far as is said exactly.
BY_JOURNEY = """
    WITH RECURSIVE failing (id) AS (
        (SELECT node_id FROM journeys_entryfailure ORDER BY node_id LIMIT 1)
        UNION ALL
        SELECT (SELECT node_id FROM journeys_entryfailure WHERE node_id > failing.id ORDER BY node_id LIMIT 1)
        FROM failing WHERE failing.id IS NOT NULL)
    SELECT journey.id, journey.name, sum(counted.n) AS n
    FROM failing JOIN journeys_node AS node ON node.id = failing.id
    JOIN journeys_mapversion AS version ON version.id = node.version_id
    JOIN journeys_journey AS journey ON journey.id = version.journey_id AND journey.status = ANY ({statuses})
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM
        (SELECT FROM journeys_entryfailure WHERE node_id = failing.id LIMIT {most}) AS these) AS counted
    GROUP BY journey.id, journey.name ORDER BY n DESC, journey.id LIMIT {limit}
"""


@dataclass(frozen=True)
class Failures:
    """How many entries of a journey are set aside; `is_exact` false: there are more."""

    journey_id: int
    name: str
    n: int
    is_exact: bool


def worst(limit: int) -> list[Failures]:
    """The journeys under way with most of them, one query that counts a node to 10,000 at most."""
    statuses = [Journey.Status.LIVE.value, Journey.Status.CLOSED.value]
    found = rows(sql(BY_JOURNEY, statuses=statuses, most=EXACT_TO + 1, limit=limit))
    return [Failures(pk, name, min(int(n), EXACT_TO), n <= EXACT_TO) for pk, name, n in found]
