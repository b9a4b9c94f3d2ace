"""Storing a round of people: found by external id, else by email; with their account, role and scores (spec
3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.attributes import BUILT_IN
from accounts.changes import mark_statement
from accounts.events import Source
from accounts.imports import relations, scores
from accounts.imports.mapping import ACCOUNT_OF_PERSON, PRIMARY, ROLE
from accounts.imports.outcome import Stored, read
from accounts.imports.rows import Parsed, RowParser
from accounts.imports.store import insert_new, update_known
from accounts.imports.table import fill, is_score, look_again, number_new_rows, waiting
from accounts.sql import Sql, rows, run, sql

IDENTITY = [
    *(BUILT_IN["person"][name] for name in ("person.external_id", "person.email")),
    *ACCOUNT_OF_PERSON,
    ROLE,
    PRIMARY,
]
ABOUT_THE_RELATION = {attribute.name for attribute in (*ACCOUNT_OF_PERSON, ROLE, PRIMARY)}


def lock(given: Sequence[Parsed]) -> None:
    """Lock all accounts, then all people, that these rows of several rounds can mean."""
    fill(given, IDENTITY, IDENTITY)
    run(FIND)
    rows(LOCK_ALL_ACCOUNTS)
    rows(LOCK_ALL_PEOPLE)


def store(given: Sequence[Parsed], parser: RowParser, *, source: Source, now: datetime, wait: bool) -> Stored:
    """Store a round inside the caller's transaction; the number of statements does not depend on the rows.

    :raises OperationalError: (55P03) unless it may `wait`, when somebody holds what it must lock
    """
    own = [a for a in parser.attributes if a.name not in ABOUT_THE_RELATION and not is_score(a)]
    fill(given, parser.attributes, IDENTITY)
    run(FIND)
    run(DECIDE)
    accounts = [found for (found,) in rows(waiting(LOCK_ACCOUNTS, wait=wait))]
    look_again([found for (found,) in rows(waiting(LOCK_PEOPLE, wait=wait))])
    run(sql(ACCOUNTS_GONE, locked=accounts))
    number_new_rows("accounts_person")
    insert_new("person", [*IDENTITY[:2], *own], now=now)
    update_known("person", own, source=source, now=now)
    relations.store(source=source, now=now)
    scores.store(source=source, now=now)
    run(mark_statement(TOUCHED_ACCOUNTS))
    return read(given, parser)


FIND = Sql("""
UPDATE import_row r SET
  by_id = (SELECT p.id FROM accounts_person p WHERE p.external_id = r.external_id),
  by_key = CASE WHEN r.email IS NOT NULL THEN ARRAY(
    SELECT p.id FROM accounts_person p WHERE lower(p.email) = lower(r.email)
    ORDER BY p.external_id IS NOT NULL, p.id LIMIT 2) ELSE '{}' END,
  accounts = CASE
    WHEN r.account_external_id IS NOT NULL THEN ARRAY(
      SELECT a.id FROM accounts_account a WHERE a.external_id = r.account_external_id)
    WHEN r.account_domain IS NOT NULL THEN ARRAY(
      SELECT a.id FROM accounts_account a WHERE lower(a.domain) = lower(r.account_domain) LIMIT 2)
    WHEN r.account_name IS NOT NULL THEN ARRAY(
      SELECT a.id FROM accounts_account a WHERE a.name = r.account_name LIMIT 2) END
""")

# An email belongs to one person: who has another external id is not taken over, nor written to twice.
DECIDE = Sql("""
UPDATE import_row r SET
  target = COALESCE(r.by_id, r.by_key[1]),
  account_id = r.accounts[1],
  problem = CASE
    WHEN r.external_id IS NULL AND r.email IS NULL THEN 'person_no_identity'
    WHEN r.by_id IS NULL AND cardinality(r.by_key) > 1 THEN 'several_email'
    WHEN r.by_id IS NULL AND r.external_id IS NOT NULL AND
      (SELECT p.external_id FROM accounts_person p WHERE p.id = r.by_key[1]) IS NOT NULL THEN 'other_email'
    WHEN r.by_id IS NOT NULL AND cardinality(r.by_key) > 0 AND lower(r.email) IS DISTINCT FROM
      (SELECT lower(p.email) FROM accounts_person p WHERE p.id = r.by_id) THEN 'other_email'
    WHEN cardinality(r.accounts) = 0 AND r.account_external_id IS NOT NULL THEN 'no_account_external_id'
    WHEN cardinality(r.accounts) = 0 AND r.account_domain IS NOT NULL THEN 'no_account_domain'
    WHEN cardinality(r.accounts) = 0 THEN 'no_account_name'
    WHEN cardinality(r.accounts) > 1 AND r.account_domain IS NOT NULL THEN 'several_accounts_domain'
    WHEN cardinality(r.accounts) > 1 THEN 'several_accounts_name'
    WHEN r.accounts IS NULL AND (r.role IS NOT NULL OR r.is_primary IS NOT NULL)
      THEN 'relation_without_account' END
""")

# Accounts come first, then people, each by id: as everywhere (docs/engine.md, The order of locks).
LOCK_ACCOUNTS = """
SELECT id FROM accounts_account WHERE id IN (
  SELECT account_id FROM import_row WHERE problem IS NULL
  UNION
  SELECT ap.account_id FROM accounts_accountperson ap JOIN import_row r ON ap.person_id = r.target
  WHERE r.problem IS NULL)
ORDER BY id FOR NO KEY UPDATE{nowait}
"""

LOCK_PEOPLE = """
SELECT id FROM accounts_person
WHERE id IN (SELECT target FROM import_row WHERE problem IS NULL)
ORDER BY id FOR NO KEY UPDATE{nowait}
"""

# Before the rounds it is open who will be meant in which: whoever could be.
LOCK_ALL_ACCOUNTS = Sql("""
SELECT id FROM accounts_account WHERE id IN (
  SELECT unnest(accounts) FROM import_row
  UNION
  SELECT account_id FROM accounts_accountperson WHERE person_id IN (
    SELECT by_id FROM import_row UNION SELECT unnest(by_key) FROM import_row))
ORDER BY id FOR NO KEY UPDATE
""")

LOCK_ALL_PEOPLE = Sql("""
SELECT id FROM accounts_person
WHERE id IN (SELECT by_id FROM import_row UNION SELECT unnest(by_key) FROM import_row)
ORDER BY id FOR NO KEY UPDATE
""")

ACCOUNTS_GONE = """
UPDATE import_row SET again = true WHERE account_id IS NOT NULL AND account_id <> ALL({locked}::bigint[])
"""

TOUCHED_ACCOUNTS = Sql("""
SELECT DISTINCT ap.account_id FROM accounts_accountperson ap JOIN import_row r ON ap.person_id = r.target
WHERE r.is_new OR r.changed
""")
