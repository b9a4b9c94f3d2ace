"""Completeness: how many of the members that its required roles need a group has (spec 3.6, reference 7).

Of a role: 100 × min(members, needed) / needed. Of a group: the plain mean over the roles of the template that are
required; removed members do not count. Kept unrounded, shown whole. Sums are exact (numeric), so that the same
members give the same number, in whatever order they are read. The same look at the members says in which roles,
required or not, the group lacks some (`BuyingGroup.lacking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts import changes, events
from accounts.events import Source
from accounts.models import EventType
from accounts.sql import EMPTY, Sql, sql
from buying_groups import record

RECOMPUTE = """
    WITH {also}needed AS MATERIALIZED (
        SELECT interest.id AS interest_id, interest.name AS interest_name, role.role_id, role.members_needed,
            role.is_required, 1 << (named.position - 1) AS bit,
            count(*) FILTER (WHERE role.is_required) OVER (PARTITION BY interest.id) AS roles,
            sum(1 << (named.position - 1)) OVER (PARTITION BY interest.id) AS bits
        FROM buying_groups_solutioninterest interest
        JOIN buying_groups_templaterole role ON role.template_id = interest.template_id
        JOIN buying_groups_role named ON named.id = role.role_id
    ), asked AS MATERIALIZED (
        SELECT held.id AS group_id, held.solution_interest_id AS interest_id, held.completeness AS old
        FROM unnest({groups}::bigint[]) AS batch (id) JOIN buying_groups_buyinggroup held ON held.id = batch.id
    ), filled AS (
        SELECT asked.group_id, asked.interest_id, member.role_id, count(*) AS members
        FROM asked JOIN buying_groups_groupmember member ON member.group_id = asked.group_id
        WHERE NOT member.is_removed GROUP BY asked.group_id, asked.interest_id, member.role_id
    ), reached AS (
        SELECT filled.group_id,
            sum(least(filled.members, needed.members_needed) * 100 / needed.members_needed::numeric)
                FILTER (WHERE needed.is_required) AS percent,
            sum(needed.bit) FILTER (WHERE filled.members >= needed.members_needed) AS bits
        FROM filled
        JOIN needed ON needed.interest_id = filled.interest_id AND needed.role_id = filled.role_id
        GROUP BY filled.group_id
    ), computed AS (
        SELECT asked.group_id, asked.interest_id, asked.old, interest.interest_name,
            (COALESCE(reached.percent, 0) / interest.roles)::double precision AS new,
            (interest.bits - COALESCE(reached.bits, 0))::integer AS lacking
        FROM asked JOIN (
            SELECT DISTINCT interest_id, interest_name, roles, bits FROM needed WHERE is_required
        ) AS interest ON interest.interest_id = asked.interest_id
        LEFT JOIN reached ON reached.group_id = asked.group_id
    ), different AS MATERIALIZED (
        SELECT * FROM computed WHERE new IS DISTINCT FROM old OR group_id = ANY({touched}::bigint[])
    ), written AS (
        UPDATE buying_groups_buyinggroup AS held
        SET completeness = different.new, lacking = different.lacking, updated_at = {now}::timestamptz{assignment}
        FROM different{joined} WHERE held.id = different.group_id
        RETURNING held.id AS group_id, held.account_id, held.completeness, held.engagement, different.interest_id,
            different.interest_name, different.old
    ), changed AS (
        SELECT * FROM written WHERE completeness IS DISTINCT FROM old
    ), kept AS ({keep}){mark}{event}{also_event}
    SELECT count(*) FROM changed
"""
JOINED = Sql(" LEFT JOIN also ON also.group_id = different.group_id")
NONE = "{}"
"""No ids, as the text of an array."""


@dataclass(frozen=True)
class Also:
    """What new groups get in the same statement, since each is written once then.

    Pieces of a WITH, the last of them `also` (group_id, …); an assignment from it; a piece that records it, over
    `written`.
    """

    pieces: Sql
    assignment: Sql
    event: Sql


def recompute(
    groups: str,
    *,
    source: Source,
    now: datetime,
    touched: str = NONE,
    marks: bool = True,
    also: Also | None = None,
) -> Sql:
    """The statement that brings the completeness of groups up to date; it gives how many have another one now.

    `groups`: their ids, each once, as the text of an array. Whoever runs it holds their accounts, and has written
    the members in a statement before: one statement sees the world as it was when it began. `touched` (ids
    likewise): groups that count as updated, whether their completeness changes or not. `marks`: mark the accounts
    of those that changed (accounts.changes); the caller does not. `also`: for groups that have been made just now.

    An event only when the displayed number changes, with the exact old and new (reference U 34).
    """
    mark = changes.mark_statement(Sql("SELECT account_id FROM changed"))
    return sql(
        RECOMPUTE, groups=groups, now=now, touched=touched,
        keep=record.keep_scores(Sql("changed"), now=now),
        also=sql("{pieces}, ", pieces=also.pieces) if also else EMPTY, joined=JOINED if also else EMPTY,
        assignment=sql(", {assignment}", assignment=also.assignment) if also else EMPTY,
        also_event=also.event if also else EMPTY,
        mark=sql(", marked AS ({mark})", mark=mark) if marks else EMPTY, event=_event(source, now),
    )  # fmt: skip


def _event(source: Source, now: datetime) -> Sql:
    insert = events.insert(
        type=EventType.BuiltIn.BUYING_GROUP_COMPLETENESS_CHANGED, source=source, now=now,
        payload=record.payload(Sql("'old', old, 'new', completeness")), account=Sql("account_id"),
        relation=sql(
            "changed WHERE {new} IS DISTINCT FROM {old}",
            new=record.shown(Sql("completeness")), old=record.shown(Sql("old")),
        ),
    )  # fmt: skip
    return events.cte("event", insert)
