"""The steps of an account's journeys, for its timeline (settings.TIMELINE_OFFERS; spec 3.1).

A step is a visit. It stands where the account arrived, and stays there when the account leaves; the visit that is
open is the entry itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Event
from accounts.sql import EMPTY, Sql, row, rows, sql
from accounts.timelines import Bound, Guard, Happening, Offer
from actions.types import Reason
from journeys.models import Entry
from journeys.nodes.split_accounts import title_of_path

TYPE = "journey_step"
# What the pages that show visits ask for: that of an entry in the admin, and the visits of an entry in the API.
GUARD = Guard("journeys", ("journeys.view_journey", "journeys.view_entry", "journeys.view_visit"))
INSIDE = Sql(f"({int(Entry.Status.ACTIVE)}, {int(Entry.Status.FAILED)})")
COLUMNS = (
    "at", "entry", "number", "journey", "journey_name", "node", "label", "kind", "action", "left_at", "due_at",
    "path", "path_label", "is_other", "done", "skipped", "skipped_for", "status", "ended_for", "last",
)  # fmt: skip

AS_THEY_ARE = (
    "journey", "journey_name", "entry", "number", "node", "label", "kind", "action", "left_at", "due_at", "done",
    "skipped",
)  # fmt: skip


def read(account_id: int, behind: Bound | None, size: int, is_down: bool) -> Sequence[Happening]:
    """So many steps behind a place, the latest first or the earliest; one query."""
    found = rows(_steps(account_id, behind, size, is_down))
    return [_happening(account_id, dict(zip(COLUMNS, each, strict=True))) for each in found]


def count(account_id: int, most: int) -> int:
    """How many steps it has made: the visits of an entry are numbered without a gap, and the entry has the last."""
    found = row(sql(
        "SELECT sum(visit) FROM (SELECT entry.visit FROM {mine} LIMIT {most}) AS counted",
        mine=_mine(account_id), most=most + 1,
    ))  # fmt: skip
    return int(found[0] or 0) if found else 0


def _steps(account_id: int, behind: Bound | None, size: int, is_down: bool) -> Sql:
    order, further = (Sql("DESC"), Sql("<")) if is_down else (Sql("ASC"), Sql(">"))
    here = EMPTY
    if behind is not None:
        place = sql(
            "({at}, {first}::bigint, {second}::bigint)",
            at=behind.at,
            first=behind.first,
            second=behind.second,
        )
        here = sql(" WHERE (at, entry.id, number) {further} {place}", further=further, place=place)
    return sql(
        "WITH entry AS MATERIALIZED ({entries}), step AS (SELECT entry.*, visit.* FROM entry CROSS JOIN LATERAL ("
        " SELECT * FROM ({visits}) AS every{here} ORDER BY at {order}, number {order} LIMIT {size}) AS visit"
        " ORDER BY at {order}, id {order}, number {order} LIMIT {size})"
        " SELECT step.at, step.id, step.number, journey.id, journey.name, node.key, node.label, node.kind, node.action,"
        " step.left_at, step.due_at, coalesce(path.key, ''), coalesce(path.label, ''), coalesce(path.is_other, false),"
        " step.done, step.skipped, step.skipped_for, step.status, step.ended_for, step.last"
        " FROM step JOIN journeys_journey AS journey ON journey.id = step.journey_id"
        " JOIN journeys_node AS node ON node.id = step.node_id"
        " LEFT JOIN journeys_path AS path ON path.id = step.path_id"
        " ORDER BY step.at {order}, step.id {order}, step.number {order}",
        entries=_entries(account_id, behind, size, is_down), visits=VISITS, here=here, order=order, size=size,
    )  # fmt: skip


def _entries(account_id: int, behind: Bound | None, size: int, is_down: bool) -> Sql:
    """The entries that can have one of the steps: of ten thousand, few are looked into.

    The row of an entry has its first arrival and its last. The latest steps are all in those entries whose last
    arrivals are the latest, of which as many as steps are wanted will do: each gives one. From a place on, there are
    those, and all that were under way then. (The earliest: the same with first and last exchanged.)
    """
    near, far = (Sql("arrived_at"), Sql("started_at")) if is_down else (Sql("started_at"), Sql("arrived_at"))
    further, not_yet = (Sql("<"), Sql(">=")) if is_down else (Sql(">"), Sql("<="))
    columns = Sql(
        "entry.id, entry.journey_id, entry.status, entry.reason AS ended_for, entry.visit AS last,"
        " entry.node_id AS stands_at, entry.due_at AS stands_until, entry.arrived_at, entry.started_at"
    )
    mine = sql("SELECT {columns} FROM {mine}", columns=columns, mine=_mine(account_id))
    first = sql(
        "ORDER BY {near} {order}, id {order} LIMIT {size}",
        near=near, order=Sql("DESC" if is_down else "ASC"), size=size,
    )  # fmt: skip
    if behind is None:
        return sql("{mine} {first}", mine=mine, first=first)
    return sql(
        "WITH mine AS ({mine}) (SELECT * FROM mine WHERE {near} {further} {at} {first}) UNION ALL"
        " SELECT * FROM mine WHERE {near} {not_yet} {at} AND NOT {far} {beyond} {at}",
        mine=mine, near=near, far=far, further=further, not_yet=not_yet, beyond=Sql(">" if is_down else "<"),
        at=behind.at, first=first,
    )  # fmt: skip


def _mine(account_id: int) -> Sql:
    """FROM and WHERE of the account's entries, but not of journeys that are deleted: their pages are gone."""
    return sql(
        "journeys_entry AS entry WHERE entry.account_id = {account} AND EXISTS (SELECT FROM journeys_journey AS journey"
        " WHERE journey.id = entry.journey_id AND journey.deleted_at IS NULL)",
        account=account_id,
    )  # fmt: skip


# Of one entry: what it has left, and where it is.
VISITS = sql(
    "SELECT number, node_id, arrived_at AS at, left_at, NULL::timestamptz AS due_at, path_id, done, skipped,"
    " reason AS skipped_for FROM journeys_visit WHERE entry_id = entry.id"
    " UNION ALL SELECT entry.last, entry.stands_at, entry.arrived_at, NULL, entry.stands_until, NULL, 0, 0, NULL"
    " WHERE entry.status IN {inside}",
    inside=INSIDE,
)


def _happening(account_id: int, step: Mapping[str, Any]) -> Happening:
    """The step as the API gives it; named as in the visits of an entry."""
    is_open = step["left_at"] is None
    has_ended = step["ended_for"] and step["number"] == step["last"]
    said = {name: step[name] for name in AS_THEY_ARE} | {
        "path": title_of_path(step["path"], step["path_label"], is_other=step["is_other"]),
        "reason": str(Reason(step["skipped_for"]).label) if step["skipped_for"] else "",
        "has_failed": is_open and step["status"] == Entry.Status.FAILED,
        "ended": str(Entry.Reason(step["ended_for"]).label) if has_ended else "",
    }
    return Happening(
        TYPE, step["at"], step["entry"], step["number"], account_id, Event.Source.JOURNEY, step["journey"], said
    )  # fmt: skip


STEPS = Offer(TYPE, GUARD, read, count)
