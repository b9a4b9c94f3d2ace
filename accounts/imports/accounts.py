"""Storing a round of accounts: found by external id, else by domain (spec 3.1), else by exact name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.attributes import BUILT_IN
from accounts.changes import mark_statement
from accounts.events import Source
from accounts.imports.outcome import Stored, read
from accounts.imports.rows import Parsed, RowParser
from accounts.imports.store import insert_new, update_known
from accounts.imports.table import fill, look_again, number_new_rows, waiting
from accounts.sql import Sql, rows, run

IDENTITY = [BUILT_IN["account"][key] for key in ("account.external_id", "account.domain", "account.name")]


def lock(given: Sequence[Parsed]) -> None:
    """Lock all accounts that these rows of several rounds can mean."""
    fill(given, IDENTITY, IDENTITY)
    run(FIND)
    rows(LOCK_ALL)


def store(given: Sequence[Parsed], parser: RowParser, *, source: Source, now: datetime, wait: bool) -> Stored:
    """Store a round inside the caller's transaction; the number of statements does not depend on the rows.

    :raises OperationalError: (55P03) unless it may `wait`, when somebody holds what it must lock
    """
    fill(given, parser.attributes, IDENTITY)
    run(FIND)
    run(DECIDE)
    look_again([found for (found,) in rows(waiting(LOCK, wait=wait))])
    number_new_rows("accounts_account")
    insert_new("account", [*IDENTITY, *parser.attributes], now=now)
    update_known("account", parser.attributes, source=source, now=now)
    run(mark_statement(Sql("SELECT target FROM import_row WHERE is_new OR changed")))
    return read(given, parser)


# An account with an external id of its own is another one than the row's, though it may share the domain.
# Two candidates are enough to know that there are several.
FIND = Sql("""
UPDATE import_row r SET
  by_id = (SELECT a.id FROM accounts_account a WHERE a.external_id = r.external_id),
  by_key = CASE
    WHEN r.domain IS NOT NULL THEN ARRAY(
      SELECT a.id FROM accounts_account a
      WHERE lower(a.domain) = lower(r.domain) AND (r.external_id IS NULL OR a.external_id IS NULL) LIMIT 2)
    WHEN r.external_id IS NULL THEN ARRAY(SELECT a.id FROM accounts_account a WHERE a.name = r.name LIMIT 2)
    ELSE '{}' END
""")

DECIDE = Sql("""
UPDATE import_row r SET
  target = COALESCE(r.by_id, r.by_key[1]),
  problem = CASE
    WHEN r.external_id IS NULL AND r.domain IS NULL AND r.name IS NULL THEN 'account_no_identity'
    WHEN r.by_id IS NULL AND cardinality(r.by_key) > 1 AND r.domain IS NULL THEN 'several_name'
    WHEN r.by_id IS NULL AND cardinality(r.by_key) > 1 THEN 'several_domain'
    WHEN r.by_id IS NOT NULL AND cardinality(r.by_key) > 0 AND lower(r.domain) IS DISTINCT FROM
      (SELECT lower(a.domain) FROM accounts_account a WHERE a.id = r.by_id) THEN 'other_domain'
    WHEN r.by_id IS NULL AND r.by_key = '{}' AND r.name IS NULL THEN 'no_name' END
""")

LOCK = """
SELECT id FROM accounts_account
WHERE id IN (SELECT target FROM import_row WHERE problem IS NULL)
ORDER BY id FOR NO KEY UPDATE{nowait}
"""

# Before the rounds it is open who will be meant in which: whoever could be.
LOCK_ALL = Sql("""
SELECT id FROM accounts_account
WHERE id IN (SELECT by_id FROM import_row UNION SELECT unnest(by_key) FROM import_row)
ORDER BY id FOR NO KEY UPDATE
""")
