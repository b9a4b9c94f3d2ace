"""Reference (a), *the limit*: the fused SQL of spec 5.4 over tables of its own, as narrow as can be.

Claim with FOR UPDATE SKIP LOCKED, one transaction a batch for the whole segment, a visit row a step; no index
but the primary keys, the people of an account and what is due.
"""

from __future__ import annotations

from django.db import connection, transaction

from tests.benchmarks.world import BATCH, NOW, settle

TABLES = """
    CREATE TABLE limit_account (id bigint PRIMARY KEY, employees bigint, value text);
    CREATE TABLE limit_person (id bigint PRIMARY KEY, account_id bigint NOT NULL, score bigint NOT NULL);
    CREATE TABLE limit_entry (id bigint PRIMARY KEY, account_id bigint NOT NULL, node int NOT NULL,
                              status smallint NOT NULL, due_at timestamptz);
    CREATE TABLE limit_visit (entry_id bigint NOT NULL, number int NOT NULL, node int NOT NULL,
                              arrived_at timestamptz NOT NULL, left_at timestamptz NOT NULL,
                              PRIMARY KEY (entry_id, number));
    INSERT INTO limit_account SELECT id, employees, '' FROM accounts_account ORDER BY id;
    INSERT INTO limit_person SELECT person_id, account_id, 0 FROM accounts_accountperson ORDER BY person_id;
    CREATE INDEX ON limit_person (account_id);
    CREATE INDEX ON limit_entry (due_at, id) WHERE status = 1;
"""
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id, account_id FROM limit_entry WHERE status = 1 AND due_at <= %(now)s
        ORDER BY due_at, id LIMIT %(size)s FOR UPDATE SKIP LOCKED)
    SELECT account.employees >= 10, array_agg(due.id)::text, array_agg(account.id)::text
    FROM due JOIN limit_account AS account ON account.id = due.account_id GROUP BY 1 ORDER BY 1
"""
VALUE = "UPDATE limit_account SET value = %(value)s WHERE id = ANY (%(accounts)s::bigint[])"
SCORES = "UPDATE limit_person SET score = score + 5 WHERE account_id = ANY (%(accounts)s::bigint[])"
VISITS = """
    INSERT INTO limit_visit SELECT id, number, node, %(now)s, %(now)s
    FROM unnest(%(large)s::bigint[]) AS id
    CROSS JOIN (VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)) AS step (number, node)
    UNION ALL SELECT id, number, node, %(now)s, %(now)s
    FROM unnest(%(rest)s::bigint[]) AS id CROSS JOIN (VALUES (1, 1), (2, 2), (3, 3), (4, 6)) AS step (number, node)
"""
ENTRIES = "UPDATE limit_entry SET node = 6, status = 2, due_at = NULL WHERE id = ANY (%(entries)s::bigint[])"


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS limit_account, limit_person, limit_entry, limit_visit")


def make() -> None:
    """The tables, with the accounts and people that there are."""
    drop()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    settle("limit_account", "limit_person")


def start_over() -> None:
    """Empty entries and visits, and everybody at the start."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE limit_entry, limit_visit")
        cursor.execute(
            "INSERT INTO limit_entry SELECT id, id, 1, 1, %s FROM limit_account ORDER BY id", [NOW]
        )
    settle("limit_account", "limit_person", "limit_entry")


def move_all(value: str) -> None:
    """Move everybody who is due, batch by batch."""
    while _batch(value):
        pass


@transaction.atomic
def _batch(value: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": NOW, "size": BATCH})
        by_size = {large: (entries, accounts) for large, entries, accounts in cursor.fetchall()}
        if not by_size:
            return False
        large, accounts = by_size.get(True, ("{}", "{}"))
        rest = by_size.get(False, ("{}", "{}"))[0]
        every = "{" + ",".join(ids[1:-1] for ids in (large, rest) if ids != "{}") + "}"
        batch = {
            "now": NOW,
            "value": value,
            "large": large,
            "rest": rest,
            "accounts": accounts,
            "entries": every,
        }
        for statement in (VALUE, SCORES, VISITS, ENTRIES):
            cursor.execute(statement, batch)
    return True
