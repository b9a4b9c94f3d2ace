"""The journey of a million entries: entries in every state, their visits, the counters and the failures, by a few statements."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from accounts.sql import Sql, run, sql
from journeys.models import Journey, Node
from tests.benchmarks import world

NAME = "The big one"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
KEYS = ("start", "wait", "size", "value", "score", "end")

# Of a hundred: 44 wait, 45 have completed, 8 were removed at the wait, 3 are set aside at "value".
ENTRIES = """
    INSERT INTO journeys_entry (journey_id, account_id, number, version_id, status, node_id, visit, arrived_at, due_at, started_at,
        ended_at, reason)
    SELECT {journey}, account.id, 1, {version}, s.status, CASE s.status WHEN 2 THEN {end} WHEN 5 THEN {value} ELSE {wait} END,
        CASE s.status WHEN 2 THEN 6 WHEN 5 THEN 4 ELSE 2 END, {now},
        CASE s.status WHEN 1 THEN {now}::timestamptz + interval '300 days' + account.n * interval '1 second' END,
        {now}::timestamptz - interval '3 days', CASE WHEN s.status IN (2, 3) THEN {now}::timestamptz END,
        CASE s.status WHEN 2 THEN 1 WHEN 3 THEN 4 END
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_account ORDER BY id LIMIT {count}) AS account
    CROSS JOIN LATERAL (SELECT CASE WHEN account.n * 7 %% 100 < 44 THEN 1 WHEN account.n * 7 %% 100 < 89 THEN 2
        WHEN account.n * 7 %% 100 < 97 THEN 3 ELSE 5 END AS status) AS s ORDER BY account.n
"""
# Those who have ended at a node have left it; the others are there still. The action skipped somebody of every seventh.
VISITS = """
    INSERT INTO journeys_visit (entry_id, number, node_id, arrived_at, left_at, path_id, done, skipped, reason, detail)
    SELECT entry.id, step.number, step.node, {now}::timestamptz - interval '3 days', {now}, step.path,
        CASE WHEN step.number IN (4, 5) AND entry.id %% 7 > 0 THEN 3 ELSE 0 END,
        CASE WHEN step.number IN (4, 5) AND entry.id %% 7 = 0 THEN 3 ELSE 0 END, NULL,
        CASE step.number WHEN 3 THEN '{{"account.employees": 12}}'::jsonb END
    FROM journeys_entry AS entry
    JOIN (SELECT node.id AS node, node.position + 1 AS number, (SELECT min(id) FROM journeys_path AS path WHERE path.node_id = node.id)
        AS path FROM journeys_node AS node WHERE node.version_id = {version}) AS step
    ON step.number < entry.visit + (entry.status IN (2, 3))::int WHERE entry.journey_id = {journey} ORDER BY entry.id, step.number
"""
FAILURES = """
    INSERT INTO journeys_entryfailure (entry_id, node_id, error, failed_at)
    SELECT id, node_id, 'The value is too long for “segment”.', {now} FROM journeys_entry WHERE journey_id = {journey} AND status = 5
"""
COUNTERS = """
    INSERT INTO journeys_counter (journey_id, node_id, what, n)
    SELECT {journey}, node_id, 1, sum(n) FROM (
        SELECT visit.node_id, count(*) AS n FROM journeys_visit AS visit WHERE visit.node_id = ANY ({nodes}) GROUP BY 1
        UNION ALL SELECT node_id, count(*) FROM journeys_entry WHERE journey_id = {journey} AND status IN (1, 5) GROUP BY 1
    ) AS been GROUP BY node_id
    UNION ALL SELECT {journey}, node_id, 2, count(*) FROM journeys_visit WHERE node_id = ANY ({nodes}) GROUP BY node_id
    UNION ALL SELECT {journey}, node_id, 3, count(*) FROM journeys_visit WHERE node_id = ANY ({nodes}) AND done > 0 GROUP BY node_id
    UNION ALL SELECT {journey}, node_id, 4, count(*) FROM journeys_visit WHERE node_id = ANY ({nodes}) AND skipped > 0 GROUP BY node_id
    UNION ALL SELECT {journey}, node_id, 5, count(*) FROM journeys_entry WHERE journey_id = {journey} AND status = 5 GROUP BY node_id
    UNION ALL SELECT {journey}, 0, 1, count(*) FROM journeys_entry WHERE journey_id = {journey}
    UNION ALL SELECT {journey}, 0, CASE status WHEN 2 THEN 6 ELSE 7 END, count(*) FROM journeys_entry
        WHERE journey_id = {journey} AND status IN (2, 3) GROUP BY status
"""
# Four entries of each other journey that has started, of accounts all over; every hundredth journey has the first account.
OTHERS = """
    INSERT INTO journeys_entry (journey_id, account_id, number, version_id, status, node_id, visit, arrived_at, due_at, started_at,
        ended_at, reason)
    SELECT journey.id, CASE WHEN journey.id %% 100 = 0 AND k = 0 THEN world.first ELSE
        world.first + (journey.id * 7919 + k * (world.n / 4 + 1)) %% world.n END, 1, journey.version_id, s.status, node.id, 2, {now},
        CASE s.status WHEN 1 THEN {now}::timestamptz + interval '300 days' END, journey.started_at,
        CASE WHEN s.status <> 1 THEN {now}::timestamptz END, CASE s.status WHEN 2 THEN 1 WHEN 4 THEN 6 END
    FROM journeys_journey AS journey CROSS JOIN generate_series(0, 3) AS k
    CROSS JOIN (SELECT min(id) AS first, count(*) AS n FROM accounts_account) AS world
    CROSS JOIN LATERAL (SELECT CASE journey.status WHEN 'finished' THEN 2 WHEN 'aborted' THEN 4 ELSE 1 END AS status) AS s
    JOIN journeys_node AS node ON node.version_id = journey.version_id AND node.position = 1
    WHERE journey.started_at IS NOT NULL AND journey.id <> {journey} ON CONFLICT DO NOTHING
"""


@transaction.atomic
def make(entries: int) -> None:
    """The journey and all that belongs to it, and a few entries of the others."""
    journey = world.make(NAME, world.nodes("segment"))
    nodes = {node.key: node.pk for node in Node.objects.filter(version_id=journey.version_id)}
    known = {
        "journey": journey.pk, "version": journey.version_id, "now": NOW, "count": entries, "nodes": list(nodes.values()),
        **{key: Sql(str(pk)) for key, pk in nodes.items()},
    }  # fmt: skip
    for statement in (ENTRIES, VISITS, FAILURES, COUNTERS, OTHERS):
        run(sql(statement, **known))


def found() -> Journey:
    """The big journey, once it has been made."""
    return Journey.objects.get(name=NAME)
