"""Does everything add up? One query a rule; each gives how many rows break it. For tests, operators and restores."""

from __future__ import annotations

from django.db import connection, transaction

from accounts.sql import Sql, row, run
from journeys.models import Entry, What

ACTIVE, FAILED = int(Entry.Status.ACTIVE), int(Entry.Status.FAILED)

NUMBERS = """
    SELECT journey_id, node_id, what, sum(n) AS n FROM (
        SELECT journey_id, node_id, what, n FROM journeys_counter
        UNION ALL SELECT journey_id, node_id, what, n FROM journeys_counterdelta
    ) AS every GROUP BY 1, 2, 3
"""

VISITS = """
    SELECT entry.journey_id, visit.node_id, count(*) AS n, count(*) FILTER (WHERE visit.done > 0) AS done,
           count(*) FILTER (WHERE visit.skipped > 0) AS skipped
    FROM journeys_visit AS visit JOIN journeys_entry AS entry ON entry.id = visit.entry_id GROUP BY 1, 2
"""

INSIDE = f"""
    SELECT journey_id, node_id, count(*) AS n FROM journeys_entry WHERE status IN ({ACTIVE}, {FAILED}) GROUP BY 1, 2
"""


def _node_number(what: What, truth: str) -> str:
    """Nodes whose number is not what the rows say; `truth` selects (journey_id, node_id, n)."""
    return f"""
        WITH shown AS (
                 SELECT journey_id, node_id, n FROM ({NUMBERS}) AS numbers WHERE what = {int(what)} AND node_id <> 0),
             truth AS ({truth})
        SELECT count(*) FROM shown FULL JOIN truth USING (journey_id, node_id)
        WHERE coalesce(shown.n, 0) <> coalesce(truth.n, 0)
    """


def _journey_number(what: What, condition: str) -> str:
    return f"""
        WITH shown AS (SELECT journey_id, n FROM ({NUMBERS}) AS numbers WHERE what = {int(what)} AND node_id = 0),
             truth AS (SELECT journey_id, count(*) AS n FROM journeys_entry WHERE {condition} GROUP BY 1)
        SELECT count(*) FROM shown FULL JOIN truth USING (journey_id) WHERE coalesce(shown.n, 0) <> coalesce(truth.n, 0)
    """


RULES: dict[str, str] = {
    "entered = visits + entries inside, at every node": _node_number(
        What.ENTERED,
        f"SELECT journey_id, node_id, sum(n) AS n FROM (SELECT journey_id, node_id, n FROM ({VISITS}) AS visits"
        f" UNION ALL {INSIDE}) AS both_of GROUP BY 1, 2",
    ),
    "left = visits, at every node": _node_number(
        What.LEFT, f"SELECT journey_id, node_id, n FROM ({VISITS}) AS visits"
    ),
    "done = visits with something done": _node_number(
        What.DONE, f"SELECT journey_id, node_id, done AS n FROM ({VISITS}) AS visits WHERE done > 0"
    ),
    "skipped = visits with something skipped": _node_number(
        What.SKIPPED, f"SELECT journey_id, node_id, skipped AS n FROM ({VISITS}) AS visits WHERE skipped > 0"
    ),
    "failed = entries set aside": _node_number(
        What.FAILED,
        "SELECT entry.journey_id, failure.node_id, count(*) AS n FROM journeys_entryfailure AS failure"
        " JOIN journeys_entry AS entry ON entry.id = failure.entry_id GROUP BY 1, 2",
    ),
    "entered = entries, of every journey": _journey_number(What.ENTERED, "true"),
    "completed = entries completed": _journey_number(
        What.COMPLETED, f"status = {int(Entry.Status.COMPLETED)}"
    ),
    "removed = entries removed": _journey_number(What.REMOVED, f"status = {int(Entry.Status.REMOVED)}"),
    "aborted = entries aborted": _journey_number(What.ABORTED, f"status = {int(Entry.Status.ABORTED)}"),
    "visits of an entry are numbered without a gap": f"""
        SELECT count(*) FROM (
            SELECT entry.id FROM journeys_entry AS entry LEFT JOIN journeys_visit AS visit ON visit.entry_id = entry.id
            GROUP BY entry.id, entry.status, entry.visit
            HAVING count(visit.number) <> entry.visit - (entry.status IN ({ACTIVE}, {FAILED}))::int
                OR coalesce(max(visit.number), 0) <> count(visit.number)) AS broken
    """,
    "an entry is at a node of its journey's map": """
        SELECT count(*) FROM journeys_entry AS entry LEFT JOIN journeys_node AS node
        ON node.id = entry.node_id AND node.version_id = entry.version_id WHERE node.id IS NULL
    """,
    "an entry belongs to a journey and an account": """
        SELECT count(*) FROM journeys_entry AS entry
        LEFT JOIN journeys_journey AS journey ON journey.id = entry.journey_id
        LEFT JOIN accounts_account AS account ON account.id = entry.account_id
        WHERE journey.id IS NULL OR account.id IS NULL
    """,
    "a visit belongs to an entry": """
        SELECT count(*) FROM journeys_visit AS visit WHERE NOT EXISTS
        (SELECT FROM journeys_entry AS entry WHERE entry.id = visit.entry_id)
    """,
    "a failed entry says why": f"""
        SELECT count(*) FROM journeys_entry AS entry
        FULL JOIN journeys_entryfailure AS failure ON failure.entry_id = entry.id
        WHERE (entry.status = {FAILED}) IS DISTINCT FROM (failure.entry_id IS NOT NULL)
    """,
    "an active entry has something that wakes it": f"""
        SELECT count(*) FROM journeys_entry AS entry JOIN journeys_journey AS journey ON journey.id = entry.journey_id
        WHERE entry.status = {ACTIVE} AND entry.due_at IS NULL AND journey.status IN ('live', 'closed')
    """,
    "a score belongs to a person": """
        SELECT count(*) FROM accounts_personscore AS mark WHERE NOT EXISTS
        (SELECT FROM accounts_person AS person WHERE person.id = mark.person_id)
    """,
    "a list member is an account": """
        SELECT count(*) FROM accounts_listmember AS member WHERE NOT EXISTS
        (SELECT FROM accounts_account AS account WHERE account.id = member.account_id)
    """,
}


def verify() -> dict[str, int]:
    """The rules that do not hold, and how many rows break each; empty when all is well. One snapshot for all."""
    broken = dict[str, int]()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            run(Sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        for rule, query in RULES.items():
            found = row(Sql(query))
            if found and found[0]:
                broken[rule] = int(found[0])
    return broken
