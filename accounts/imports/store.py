"""Storing a round of rows: new ones inserted, known ones updated where a value really differs, with their
events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts import events
from accounts.attributes import BUILT_IN, Attribute
from accounts.events import Source
from accounts.imports.table import GOOD
from accounts.models import EventType
from accounts.sql import Sql, join, name, run, sql

TABLES = {"account": "accounts_account", "person": "accounts_person"}
EVENTS = {
    "account": EventType.BuiltIn.ACCOUNT_DATA_CHANGED,
    "person": EventType.BuiltIn.PERSON_DATA_CHANGED,
}


def insert_new(subject: str, attributes: Iterable[Attribute], *, now: datetime) -> None:
    """Insert the rows that have been given an id; what a cell does not say is empty."""
    given = {attribute.name for attribute in attributes}
    built_in = BUILT_IN[subject].values()
    run(
        sql(
            "INSERT INTO {table} (id, {columns}, custom, created_at, updated_at)"
            " SELECT r.target, {values}, COALESCE(r.custom, '{{}}'), {now}::timestamptz, {now}::timestamptz"
            " FROM import_row r WHERE r.is_new ORDER BY r.n",
            table=Sql(TABLES[subject]), now=now,
            columns=join(", ", [name(attribute.column) for attribute in built_in]),
            values=join(", ", [_value(attribute, given) for attribute in built_in]),
        )
    )  # fmt: skip


def _value(attribute: Attribute, given: set[str]) -> Sql:
    """What a new row gets: the cell's value, else the empty one."""
    empty = sql("{empty}::{cast}", empty=attribute.empty, cast=Sql(attribute.cast))
    if attribute.name not in given:
        return empty
    return sql("COALESCE(r.{column}, {empty})", column=name(attribute.column), empty=empty)


def update_known(subject: str, attributes: Iterable[Attribute], *, source: Source, now: datetime) -> None:
    """Update what differs; one event for each value that changed (spec 3.1), one statement for all rows."""
    attributes = list(attributes)
    changed = _update(subject, attributes, now)
    payload = Sql("jsonb_build_object('attribute', v.attribute, 'old', v.old, 'new', v.new)")
    relation = sql(
        "changed c CROSS JOIN LATERAL (VALUES {values}) AS v (attribute, old, new)"
        " WHERE v.old IS DISTINCT FROM v.new",
        values=join(
            ", ",
            [
                sql(
                    "({name}, c.{old}, c.{new})",
                    name=attribute.name,
                    old=Sql(f"old_{i}"),
                    new=Sql(f"new_{i}"),
                )
                for i, attribute in enumerate(attributes)
            ],
        ),
    )
    record = events.insert(
        type=EVENTS[subject], source=source, now=now, payload=payload, relation=relation,
        **{subject: Sql("c.id")},
    )  # fmt: skip
    run(
        sql(
            "WITH changed AS ({changed}) {events}"
            " UPDATE import_row r SET changed = true FROM changed c WHERE c.n = r.n",
            changed=changed, events=events.cte("recorded", record),
        )
    )  # fmt: skip


def _update(subject: str, attributes: list[Attribute], now: datetime) -> Sql:
    plain = [attribute for attribute in attributes if not attribute.is_custom]
    has_custom = len(plain) < len(attributes)
    assignments = [sql("{c} = COALESCE(r.{c}, a.{c})", c=name(attribute.column)) for attribute in plain] + [
        Sql("custom = a.custom || COALESCE(r.custom, '{}')")
    ] * has_custom
    differences = [
        sql("r.{c} IS DISTINCT FROM a.{c} AND r.{c} IS NOT NULL", c=name(attribute.column))
        for attribute in plain
    ] + [Sql("NOT a.custom @> COALESCE(r.custom, '{}')")] * has_custom
    seen = [
        sql("{old} AS {o}, {new} AS {n}", old=attribute.stored("old"), new=attribute.stored("a"),
            o=Sql(f"old_{i}"), n=Sql(f"new_{i}"))
        for i, attribute in enumerate(attributes)
    ]  # fmt: skip
    return sql(
        "UPDATE {table} a SET {assignments}, updated_at = {now}::timestamptz"
        " FROM import_row r JOIN {table} old ON old.id = r.target"
        " WHERE a.id = r.target AND NOT r.is_new AND {good} AND ({differences})"
        " RETURNING a.id, r.n, {seen}",
        table=Sql(TABLES[subject]), assignments=join(", ", assignments), now=now, good=GOOD,
        differences=join(" OR ", differences), seen=join(", ", seen),
    )  # fmt: skip
