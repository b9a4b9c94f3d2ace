"""Who is a member of a buying group, in which role: the one writer, for staff, journeys and the system alike.

Two statements, however many groups and people: the memberships with their events, then the completeness of the
groups that they touched. One statement would not do: it sees the members as they were before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import changes, events
from accounts.events import Source
from accounts.models import Event, EventType
from accounts.sql import EMPTY, Row, Sql, join, row, sql
from buying_groups import record
from buying_groups.completeness import NONE, recompute
from buying_groups.members import precedence
from buying_groups.members.precedence import TOLD, WRITTEN, Outcome
from buying_groups.models import MemberSource

_SOURCES = {
    Event.Source.STAFF: MemberSource.MANUAL,
    Event.Source.API: MemberSource.MANUAL,
    Event.Source.JOURNEY: MemberSource.JOURNEY,
}

# A member is looked up by its key, whatever the planner believes of the table (docs/engine.md, Plans and pages). What
# is not there now does not come in between: its account is held.
WRITE = """
    WITH {given}wanted AS MATERIALIZED ({wanted}), decided AS MATERIALIZED (
        SELECT wanted.*, member.role_id AS old_role_id, member.changed_at AS against, {outcome} AS outcome,
            {reason} AS reason, member.source AS old_source, {source}::smallint AS new_source
        FROM wanted LEFT JOIN LATERAL (
            SELECT person_id, role_id, is_removed, source, changed_at FROM buying_groups_groupmember
            WHERE group_id = wanted.group_id AND person_id = wanted.person_id LIMIT 1
        ) AS member ON true
    ), added AS (
        INSERT INTO buying_groups_groupmember
            (group_id, person_id, role_id, source, source_id, is_removed, changed_at)
        SELECT group_id, person_id, role_id, {source}, {source_id}::bigint, false, {now}::timestamptz
        FROM decided WHERE outcome = {assigned} AND against IS NULL
    ), altered AS (
        UPDATE buying_groups_groupmember AS member SET role_id = COALESCE(decided.role_id, member.role_id),
            source = {source}, source_id = {source_id}::bigint, is_removed = decided.role_id IS NULL,
            changed_at = {now}::timestamptz
        FROM decided WHERE outcome IN ({written}) AND against IS NOT NULL
            AND member.group_id = decided.group_id AND member.person_id = decided.person_id
    ), ignored AS (
        INSERT INTO buying_groups_ignoredchange
            (group_id, person_id, source, source_id, role_id, is_removal, reason, against, at)
        SELECT group_id, person_id, {source}, {source_id}::bigint, role_id, role_id IS NULL, reason, against,
            {now}::timestamptz
        FROM decided WHERE outcome = {ignored} ON CONFLICT DO NOTHING
    ), told AS (
        SELECT decided.*, interest.name AS interest_name, role.name AS role, former.name AS old_role
        FROM decided JOIN buying_groups_solutioninterest interest ON interest.id = decided.interest_id
        LEFT JOIN buying_groups_role role ON role.id = decided.role_id
        LEFT JOIN buying_groups_role former ON former.id = decided.old_role_id
        WHERE outcome IN ({written})
    ){mark}{events}
    SELECT touched.groups, answer.* FROM (
        SELECT array_agg(DISTINCT group_id)::text AS groups FROM decided WHERE outcome IN ({told})
    ) AS touched, ({answer}) AS answer
"""
FIGURES = Sql(
    "SELECT "
    + ", ".join(f"count(*) FILTER (WHERE outcome = {int(outcome)})" for outcome in Outcome)
    + " FROM decided"
)


@dataclass(frozen=True)
class Figures:
    """How many memberships came to which outcome."""

    assigned: int = 0
    re_roled: int = 0
    removed: int = 0
    confirmed: int = 0
    unchanged: int = 0
    ignored: int = 0


@dataclass(frozen=True)
class Written:
    """What the first statement gives: the groups that it touched (array text), and its answer."""

    touched: str
    answer: Row

    @property
    def figures(self) -> Figures:
        """When the answer was `FIGURES`."""
        return Figures(*self.answer)


def change(
    wanted: Sql, *, source: Source, now: datetime, answer: Sql = FIGURES, marks: bool = True, **how: Any
) -> Written:
    """Make memberships as they are wanted, as far as precedence allows, and bring completeness up to date.

    Everything is as in `write`.
    """
    written = write(wanted, source=source, now=now, answer=answer, marks=marks, **how)
    if written.touched != NONE:
        row(recompute(written.touched, source=source, now=now, touched=written.touched, marks=False))
    return written


def write(
    wanted: Sql, *, source: Source, now: datetime, by: MemberSource | None = None, answer: Sql = FIGURES,
    marks: bool = True, overrules: bool = False, given: Sql = EMPTY,
) -> Written:  # fmt: skip
    """Make memberships as they are wanted, as far as precedence allows; completeness is left to the caller.

    `wanted`: a SELECT of (group_id, account_id, interest_id, person_id, role_id), each person once a group; role_id
    NULL: removed. The caller holds the accounts of the groups (docs/engine.md, The order of locks), locked by a
    statement before, and knows that the people belong to them and the roles to the template. `by`: whose change it
    is; None: told by the source of the events.

    `answer`: a SELECT of one row from `decided` (as `wanted`, and old_role_id, outcome, reason). `marks`: mark the
    accounts (accounts.changes); the caller does not. `overrules`: a removal that no precedence withstands
    (reference U 18). `given`: a piece of a WITH (`name AS (…)`) that `wanted` and `answer` may both read.
    """
    by = by or _SOURCES.get(source.kind, MemberSource.SYSTEM)
    mark = changes.mark_statement(
        sql("SELECT DISTINCT account_id FROM told WHERE outcome IN ({told})", told=codes(TOLD))
    )
    found = row(sql(
        WRITE, given=sql("{given}, ", given=given) if given else EMPTY, wanted=wanted,
        outcome=precedence.outcome(by, overrules=overrules), reason=precedence.reason(by),
        source=int(by), source_id=source.id, now=now, answer=answer,
        ignored=Sql(str(int(Outcome.IGNORED))), assigned=Sql(str(int(Outcome.ASSIGNED))),
        written=codes(WRITTEN), told=codes(TOLD), mark=sql(", marked AS ({mark})", mark=mark) if marks else EMPTY,
        events=told_events(source, now),
    ))  # fmt: skip
    groups, *rest = found or (None,)
    return Written(groups or NONE, tuple(rest))


def told_events(source: Source, now: datetime) -> Sql:
    """The events of what is `told`, to hang into a WITH.

    `told`: (group_id, account_id, interest_id, interest_name, person_id, role_id, role, old_role_id, old_role,
    new_source, old_source, outcome); `role_id` and `new_source` are what the membership has now.
    """
    told = (_assigned(source, now), _removed(source, now), _confirmed(source, now))
    return join("", told)


def _assigned(source: Source, now: datetime) -> Sql:
    """For a change of role, too: then the event names the old one."""
    role = Sql("'role', role, 'role_id', role_id")
    both = Sql(role.text + ", 'old_role', old_role, 'old_role_id', old_role_id")
    return events.cte(
        "assigned_event",
        events.insert(
            type=EventType.BuiltIn.ASSIGNED_TO_BUYING_GROUP, source=source, now=now,
            payload=sql(
                "CASE WHEN outcome = {re_roled} THEN {both} ELSE {payload} END",
                re_roled=int(Outcome.RE_ROLED), both=record.payload(both), payload=record.payload(role),
            ),
            relation=sql(
                "told WHERE outcome IN ({assigned})", assigned=codes((Outcome.ASSIGNED, Outcome.RE_ROLED))
            ),
            account=Sql("account_id"), person=Sql("person_id"),
        ),
    )  # fmt: skip


def _removed(source: Source, now: datetime) -> Sql:
    return events.cte(
        "removed_event",
        events.insert(
            type=EventType.BuiltIn.REMOVED_FROM_BUYING_GROUP, source=source, now=now,
            payload=record.payload(Sql("'role', old_role, 'role_id', old_role_id")),
            relation=sql("told WHERE outcome = {removed}", removed=int(Outcome.REMOVED)),
            account=Sql("account_id"), person=Sql("person_id"),
        ),
    )  # fmt: skip


def _confirmed(source: Source, now: datetime) -> Sql:
    """Nobody's role has changed, but whose word counts: the event names both."""
    names = " ".join(f"WHEN {by.value} THEN '{by.name.lower()}'" for by in MemberSource)
    said = f"'by', CASE new_source {names} END, 'old_by', CASE old_source {names} END"
    return events.cte(
        "confirmed_event",
        events.insert(
            type=EventType.BuiltIn.CONFIRMED_IN_BUYING_GROUP, source=source, now=now,
            payload=record.payload(Sql(f"'role', role, 'role_id', role_id, {said}")),
            relation=sql("told WHERE outcome = {confirmed}", confirmed=int(Outcome.CONFIRMED)),
            account=Sql("account_id"), person=Sql("person_id"),
        ),
    )  # fmt: skip


def codes(outcomes: Iterable[Outcome]) -> Sql:
    """As they stand in a list of SQL."""
    return join(", ", [Sql(str(int(outcome))) for outcome in outcomes])
