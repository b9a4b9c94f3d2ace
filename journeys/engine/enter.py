"""Accounts enter a journey: by its audience, or because an action of another journey adds them.

Who may enter is decided by the statement that inserts (no earlier entry; or the last one has ended, with a
`reenter_at` that has come), and a unique key on (journey, account, number) has the last word, so that two who
let the same account in at once make one entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts import events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import Sql, row, sql
from actions.base import Outcome, outcome_columns
from actions.types import Reason
from journeys.engine import counters, leave, maps
from journeys.engine.state import Standing, Target
from journeys.models import Entry, What

INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")


def enter(target: Target, candidates: Sql, *, source: Source, now: datetime, result: Sql) -> Sql:
    """The statement that enters `candidates` (a SELECT of account ids, each once) and then selects `result`.

    In `result` the relations `candidate` (account_id, last_number, last_status, reenter_at) and `entered`
    (account_id) may be read. Former entries that are followed now are no longer offered for re-entry.
    """
    start = maps.load(target.version_id).start
    return sql(
        "WITH candidate AS MATERIALIZED (SELECT asked.account_id, last.id AS last_id, last.number AS last_number,"
        " last.status AS last_status, last.reenter_at FROM ({candidates}) AS asked (account_id)"
        " LEFT JOIN LATERAL (SELECT id, number, status, reenter_at FROM journeys_entry"
        " WHERE journey_id = {journey} AND account_id = asked.account_id"
        " ORDER BY number DESC LIMIT 1) AS last ON true),"
        " entered AS (INSERT INTO journeys_entry (journey_id, account_id, number, version_id, status, node_id, visit,"
        " arrived_at, due_at, started_at) SELECT {journey}, account_id, coalesce(last_number, 0) + 1, {version},"
        " {active}, {node}, 1, {now}, {now}, {now} FROM candidate WHERE last_number IS NULL"
        " OR (last_status NOT IN {inside} AND reenter_at <= {now}) ORDER BY account_id"
        " ON CONFLICT DO NOTHING RETURNING account_id, number),"
        " followed AS (UPDATE journeys_entry AS former SET reenter_at = NULL"
        " FROM candidate JOIN entered USING (account_id)"
        " WHERE former.id = candidate.last_id AND candidate.reenter_at IS NOT NULL)"
        "{recorded} {result}",
        candidates=candidates, journey=target.id, version=target.version_id, node=start.id, now=now,
        active=int(Entry.Status.ACTIVE), inside=INSIDE, recorded=_recorded(target, source, now), result=result,
    )  # fmt: skip


def _recorded(target: Target, source: Source, now: datetime) -> Sql:
    insert = events.insert(
        type=EventType.BuiltIn.JOURNEY_ENTERED, source=source, now=now, relation=Sql("entered"),
        account=Sql("entered.account_id"),
        payload=sql("jsonb_build_object('journey', {id}::bigint, 'number', entered.number)", id=target.id),
    )  # fmt: skip
    return events.cte("recorded", insert)


def count_entered(target: Target, n: int) -> None:
    """Add to the numbers of the journey: its start node was entered."""
    counters.add(target.id, {(maps.load(target.version_id).start.id, What.ENTERED): n, (0, What.ENTERED): n})


@dataclass(frozen=True)
class Port:
    """What actions may do to journeys (actions.base.Journeys), under the fences that the batch holds."""

    standing: Standing
    source: Source
    now: datetime

    def enter(self, journey_id: int | None, subject: Sql) -> Outcome:
        target = self.standing.targets.get(journey_id or 0)
        if target is None or not target.is_live:
            return _nobody(subject, Reason.TARGET_NOT_LIVE)
        found = row(self._enter(target, subject))
        outcome = Outcome.of(found)
        count_entered(target, outcome.n_done)
        return outcome

    def _enter(self, target: Target, subject: Sql) -> Sql:
        became = sql(
            "(SELECT subject.entry_id, (entered.account_id IS NOT NULL)::int AS done,"
            " (entered.account_id IS NULL)::int AS skipped, CASE WHEN entered.account_id IS NOT NULL THEN NULL"
            " WHEN candidate.last_status IN {inside} THEN {already} ELSE {refused} END AS reason"
            " FROM {subject} AS subject JOIN candidate ON candidate.account_id = subject.account_id"
            " LEFT JOIN entered ON entered.account_id = subject.account_id)",
            subject=subject, inside=INSIDE, already=int(Reason.ALREADY_INSIDE),
            refused=int(Reason.RE_ENTRY_NOT_ALLOWED),
        )  # fmt: skip
        candidates = sql("SELECT account_id FROM {subject} AS subject", subject=subject)
        return enter(target, candidates, source=self.source, now=self.now, result=outcome_columns(became))

    def remove(self, journey_id: int | None, subject: Sql) -> Outcome:
        target = self.standing.targets.get(journey_id or 0)
        if target is None or not target.may_move:
            return _nobody(subject, Reason.NOT_INSIDE)
        entries = sql(
            "SELECT id FROM journeys_entry WHERE journey_id = {journey} AND status IN {inside}"
            " AND account_id IN (SELECT account_id FROM {subject} AS subject)",
            journey=target.id, inside=INSIDE, subject=subject,
        )  # fmt: skip
        became = sql(
            "(SELECT subject.entry_id, (ended.account_id IS NOT NULL)::int AS done,"
            " (ended.account_id IS NULL)::int AS skipped,"
            " CASE WHEN ended.account_id IS NULL THEN {nobody} END AS reason FROM {subject} AS subject"
            " LEFT JOIN ended ON ended.account_id = subject.account_id)",
            nobody=int(Reason.NOT_INSIDE), subject=subject,
        )  # fmt: skip
        both = sql(
            "SELECT outcome.*, (SELECT array_agg(id)::text FROM ended) FROM ({columns}) AS outcome",
            columns=outcome_columns(became),
        )  # fmt: skip
        found = row(leave.end(
            entries, status=Entry.Status.REMOVED, reason=Entry.Reason.REMOVED_BY_JOURNEY, now=self.now, result=both
        ))  # fmt: skip
        if found and found[6]:
            leave.let_back_in(target.id, found[6], self.now)
        return Outcome.of(found)


def _nobody(subject: Sql, reason: Reason) -> Outcome:
    relation = sql(
        "(SELECT entry_id, 0 AS done, 1 AS skipped, {reason} AS reason FROM {subject} AS subject)",
        reason=int(reason), subject=subject,
    )  # fmt: skip
    return Outcome.of(row(outcome_columns(relation)))
