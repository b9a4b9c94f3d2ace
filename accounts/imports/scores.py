"""Storing the scores that the rows of a round give to people."""

from __future__ import annotations

from datetime import datetime

from accounts import events
from accounts.events import Source
from accounts.imports.table import GOOD
from accounts.models import EventType
from accounts.sql import Sql, run, sql


def store(*, source: Source, now: datetime) -> None:
    """Set the scores that differ; one event each, but none for people who are new (spec 3.1: changes)."""
    record = events.insert(
        type=EventType.BuiltIn.SCORE_CHANGED, source=source, now=now, person=Sql("c.person_id"),
        payload=Sql("jsonb_build_object('score', s.name, 'old', g.old, 'new', c.value)"),
        relation=Sql(
            "changed c JOIN given g ON g.person_id = c.person_id AND g.score_id = c.score_id"
            " JOIN accounts_score s ON s.id = c.score_id WHERE NOT g.is_new"
        ),
    )  # fmt: skip
    run(sql(SET, good=GOOD, events=events.cte("recorded", record)))


SET = """
WITH given AS (
  SELECT r.n, r.target AS person_id, r.is_new, v.key::bigint AS score_id, v.value::bigint AS value,
    old.value AS old
  FROM import_row r CROSS JOIN LATERAL jsonb_each_text(r.scores) AS v
  LEFT JOIN accounts_personscore old ON old.person_id = r.target AND old.score_id = v.key::bigint
  WHERE r.scores IS NOT NULL AND {good}),
changed AS (
  INSERT INTO accounts_personscore AS ps (person_id, score_id, value)
  SELECT person_id, score_id, value FROM given ORDER BY person_id, score_id
  ON CONFLICT (person_id, score_id) DO UPDATE SET value = EXCLUDED.value
  WHERE ps.value IS DISTINCT FROM EXCLUDED.value
  RETURNING ps.person_id, ps.score_id, ps.value)
{events}
UPDATE import_row r SET changed = true FROM changed c WHERE c.person_id = r.target
"""
