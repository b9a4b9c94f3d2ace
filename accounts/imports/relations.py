"""Storing which account the people of a round belong to, in which role, and which account is their primary
one."""

from __future__ import annotations

from datetime import datetime

from accounts import events
from accounts.events import Source
from accounts.imports.table import GOOD
from accounts.models import EventType
from accounts.sql import Sql, run, sql


def store(*, source: Source, now: datetime) -> None:
    """Change relations that stand, then add those that are missing; the rows that this changed are
    flagged."""
    run(_with_events(YIELD_PRIMARY, source, now))
    run(_with_events(CHANGE, source, now))
    run(sql(ADD, good=GOOD))


def _with_events(change: str, source: Source, now: datetime) -> Sql:
    """The change, an event for each role or primary mark that differs, and the flag on the row."""
    record = events.insert(
        type=EventType.BuiltIn.PERSON_DATA_CHANGED, source=source, now=now,
        account=Sql("c.account_id"), person=Sql("c.person_id"),
        payload=Sql("jsonb_build_object('attribute', v.attribute, 'old', v.old, 'new', v.new)"),
        relation=Sql(
            "changed c CROSS JOIN LATERAL (VALUES"
            " ('person.role_in_account', to_jsonb(NULLIF(c.old_role, '')), to_jsonb(NULLIF(c.role, ''))),"
            " ('person.primary_account', to_jsonb(c.old_primary), to_jsonb(c.is_primary)))"
            " AS v (attribute, old, new) WHERE v.old IS DISTINCT FROM v.new"
        ),
    )  # fmt: skip
    return sql(
        "WITH changed AS ({change}) {events}"
        " UPDATE import_row r SET changed = true FROM changed c WHERE c.n = r.n",
        change=sql(change, good=GOOD), events=events.cte("recorded", record),
    )  # fmt: skip


# A person has one primary account at most: the old one yields first.
YIELD_PRIMARY = """
UPDATE accounts_accountperson ap SET is_primary = false FROM import_row r
WHERE ap.person_id = r.target AND r.is_primary AND ap.account_id <> r.account_id AND ap.is_primary AND {good}
RETURNING r.n, ap.account_id, ap.person_id, ap.role AS old_role, ap.role, true AS old_primary, ap.is_primary
"""

CHANGE = """
UPDATE accounts_accountperson ap
SET role = COALESCE(r.role, ap.role), is_primary = COALESCE(r.is_primary, ap.is_primary)
FROM import_row r
JOIN accounts_accountperson old ON old.person_id = r.target AND old.account_id = r.account_id
WHERE ap.id = old.id AND {good}
  AND (ap.role IS DISTINCT FROM COALESCE(r.role, ap.role)
       OR ap.is_primary IS DISTINCT FROM COALESCE(r.is_primary, ap.is_primary))
RETURNING r.n, ap.account_id, ap.person_id, old.role AS old_role, ap.role,
  old.is_primary AS old_primary, ap.is_primary
"""

ADD = """
WITH added AS (
  INSERT INTO accounts_accountperson (account_id, person_id, role, is_primary)
  SELECT r.account_id, r.target, COALESCE(r.role, ''), COALESCE(r.is_primary, false)
  FROM import_row r WHERE r.account_id IS NOT NULL AND {good}
  ORDER BY r.n
  ON CONFLICT (account_id, person_id) DO NOTHING
  RETURNING person_id)
UPDATE import_row r SET changed = true FROM added WHERE added.person_id = r.target
"""
