"""Numbers of nodes and journeys: deltas that batches append, folded later, always read together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.sql import EMPTY, Sql, join, rows, run, sql
from journeys.engine import fence
from journeys.models import What

Counts = Mapping[tuple[int, What], int]
"""(node id, what) → how many; node 0 is the journey itself."""


def add(journey_id: int, counts: Counts) -> None:
    """Append to the numbers; one statement."""
    if statement := insert(journey_id, counts):
        run(statement)


def insert(journey_id: int, counts: Counts) -> Sql:
    """The statement that appends to the numbers; may stand in a WITH. Nothing when nothing is added."""
    values = [
        sql("({journey}, {node}, {what}, {n})", journey=journey_id, node=node, what=int(what), n=n)
        for (node, what), n in counts.items()
        if n
    ]
    if not values:
        return EMPTY
    return sql(
        "INSERT INTO journeys_counterdelta (journey_id, node_id, what, n) VALUES {values}",
        values=join(", ", values),
    )


def read(journey_id: int) -> dict[tuple[int, What], int]:
    """All numbers of a journey, folded and not, in one statement: exact at its snapshot."""
    found = rows(sql(
        "SELECT node_id, what, sum(n)::bigint FROM"
        " (SELECT node_id, what, n FROM journeys_counter WHERE journey_id = {id}"
        " UNION ALL SELECT node_id, what, n FROM journeys_counterdelta WHERE journey_id = {id}) AS every"
        " GROUP BY node_id, what",
        id=journey_id,
    ))  # fmt: skip
    return {(node, What(what)): n for node, what, n in found}


@transaction.atomic
def fold(now: datetime) -> int:
    """Add the deltas to the counters; how many there were. One folder at a time, the others leave it."""
    if not fence.try_alone(fence.FOLDING, 0):
        return 0
    return run(sql(
        "WITH taken AS (DELETE FROM journeys_counterdelta RETURNING journey_id, node_id, what, n),"
        " summed AS (SELECT journey_id, node_id, what, sum(n) AS n FROM taken GROUP BY 1, 2, 3)"
        " INSERT INTO journeys_counter (journey_id, node_id, what, n) SELECT journey_id, node_id, what, n FROM summed"
        " ON CONFLICT (journey_id, node_id, what) DO UPDATE SET n = journeys_counter.n + EXCLUDED.n"
    ))  # fmt: skip
