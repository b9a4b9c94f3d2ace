"""Reference (b): the six-node journey written by hand for exactly this map, over the project's tables and indexes.

One transaction a batch; the same visits, entries, values and scores as the engine's. What the engine does beside
that has no place here: the fence, the batch on record, locks on accounts and people, numbers, the change log,
events, people of two accounts.
"""

from __future__ import annotations

from django.db import connection, transaction

from accounts.models import Score
from tests.benchmarks.world import BATCH, NOW, Six

CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id, account_id FROM journeys_entry
        WHERE journey_id = %(journey)s AND status = 1 AND due_at <= %(now)s
        ORDER BY due_at, id LIMIT %(size)s FOR UPDATE SKIP LOCKED)
    SELECT account.employees >= 10, array_agg(due.id)::text, array_agg(account.id)::text
    FROM due JOIN accounts_account AS account ON account.id = due.account_id GROUP BY 1 ORDER BY 1
"""
VALUE = """
    UPDATE accounts_account SET custom = custom || jsonb_build_object('segment', %(value)s::text), updated_at = %(now)s
    WHERE id = ANY (%(accounts)s::bigint[])
"""
SCORES = """
    UPDATE accounts_personscore AS held SET value = held.value + 5
    FROM accounts_accountperson AS relation
    WHERE relation.account_id = ANY (%(accounts)s::bigint[])
      AND held.person_id = relation.person_id AND held.score_id = %(score)s
"""
COLUMNS = "journeys_visit (entry_id, number, node_id, arrived_at, left_at, path_id, done, skipped, detail)"
# Of everybody: start, wait, split.
FIRST_VISITS = f"""
    INSERT INTO {COLUMNS}
    SELECT entry.id, step.number, step.node, CASE step.number WHEN 1 THEN entry.arrived_at ELSE %(now)s END, %(now)s,
           CASE WHEN step.number < 3 THEN step.path WHEN account.employees >= 10 THEN %(large)s ELSE %(rest)s END, 0, 0,
           CASE step.number WHEN 3 THEN jsonb_build_object('account.employees', account.employees) END
    FROM journeys_entry AS entry JOIN accounts_account AS account ON account.id = entry.account_id
    CROSS JOIN (VALUES (1, %(start)s, %(start_path)s), (2, %(wait)s, %(wait_path)s), (3, %(size_node)s, 0))
        AS step (number, node, path)
    WHERE entry.id = ANY (%(entries)s::bigint[])
"""
# Of the large ones: value and scores; of everybody: end.
LAST_VISITS = f"""
    INSERT INTO {COLUMNS}
    SELECT entry.id, 4, %(value_node)s, %(now)s, %(now)s, %(value_path)s, 1, 0, NULL::jsonb
    FROM unnest(%(large_entries)s::bigint[]) AS entry (id)
    UNION ALL
    SELECT pair.entry_id, 5, %(score_node)s, %(now)s, %(now)s, %(score_path)s, count(*), 0, NULL
    FROM unnest(%(large_entries)s::bigint[], %(accounts)s::bigint[]) AS pair (entry_id, account_id)
    JOIN accounts_accountperson AS relation ON relation.account_id = pair.account_id GROUP BY pair.entry_id
    UNION ALL
    SELECT entry.id, 6, %(end)s, %(now)s, %(now)s, %(end_path)s, 0, 0, NULL
    FROM unnest(%(large_entries)s::bigint[]) AS entry (id)
    UNION ALL
    SELECT entry.id, 4, %(end)s, %(now)s, %(now)s, %(end_path)s, 0, 0, NULL
    FROM unnest(%(rest_entries)s::bigint[]) AS entry (id)
"""
ENTRIES = """
    UPDATE journeys_entry SET node_id = %(end)s, visit = %(visit)s, arrived_at = %(now)s, due_at = NULL, status = 2,
           ended_at = %(now)s, reason = 1
    WHERE id = ANY (%(moved)s::bigint[])
"""


def move_all(six: Six) -> None:
    """Move everybody who is due, batch by batch."""
    known = _known(six)
    while _batch(known):
        pass


def _known(six: Six) -> dict[str, object]:
    nodes, paths = six.nodes, six.paths
    return {
        "journey": six.journey.pk, "now": NOW, "size": BATCH, "value": six.value, "score": Score.objects.get().pk,
        "start": nodes["start"], "wait": nodes["wait"], "size_node": nodes["size"], "value_node": nodes["value"],
        "score_node": nodes["score"], "end": nodes["end"], "start_path": paths["start", ""],
        "wait_path": paths["wait", ""], "large": paths["size", "large"], "rest": paths["size", "rest"],
        "value_path": paths["value", ""], "score_path": paths["score", ""], "end_path": paths["end", ""],
    }  # fmt: skip


@transaction.atomic
def _batch(known: dict[str, object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, known)
        by_size = {large: (entries, accounts) for large, entries, accounts in cursor.fetchall()}
        if not by_size:
            return False
        large, accounts = by_size.get(True, ("{}", "{}"))
        rest = by_size.get(False, ("{}", "{}"))[0]
        every = "{" + ",".join(ids[1:-1] for ids in (large, rest) if ids != "{}") + "}"
        batch = {
            **known,
            "large_entries": large,
            "rest_entries": rest,
            "accounts": accounts,
            "entries": every,
        }
        for statement in (VALUE, SCORES, FIRST_VISITS, LAST_VISITS):
            cursor.execute(statement, batch)
        cursor.execute(ENTRIES, {**batch, "moved": large, "visit": 6})
        cursor.execute(ENTRIES, {**batch, "moved": rest, "visit": 4})
    return True
