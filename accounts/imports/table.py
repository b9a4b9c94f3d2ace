"""The temporary table that a round of rows is copied into, and what is common to the statements that read it.

`import_row` holds a column for each built-in attribute that is mapped (null: empty cell), the custom ones and
the scores as jsonb, and what is found out about the row: which account or person it means (`target`), whether
that is made anew (`is_new`), whether anything changed, why it is refused (`problem`, a code) or must be
looked at `again`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from accounts.attributes import Attribute
from accounts.imports.mapping import SCORE
from accounts.imports.rows import Parsed
from accounts.sql import EMPTY, Sql, run, sql

STATE = (
    "target bigint, by_id bigint, by_key bigint[], accounts bigint[], account_id bigint, problem text,"
    " is_new boolean NOT NULL DEFAULT false, changed boolean NOT NULL DEFAULT false,"
    " again boolean NOT NULL DEFAULT false"
)
# A row that goes on to be stored.
GOOD = Sql("r.problem IS NULL AND NOT r.again")


def is_score(attribute: Attribute) -> bool:
    return attribute.name.startswith(SCORE)


def fill(rows: Sequence[Parsed], attributes: Iterable[Attribute], identity: Collection[Attribute]) -> None:
    """Copy a round into the table. The columns of `identity` exist whether mapped or not."""
    columns = {attribute.name: attribute for attribute in (*identity, *attributes)}
    plain = [
        attribute for attribute in columns.values() if not attribute.is_custom and not is_score(attribute)
    ]
    custom = [attribute for attribute in columns.values() if attribute.is_custom]
    scores = [attribute for attribute in columns.values() if is_score(attribute)]
    _create(plain)
    _copy(rows, plain, custom, scores)
    # The planner must know how few rows these are.
    run(Sql("ANALYZE import_row"))


def _create(plain: Iterable[Attribute]) -> None:
    run(Sql("DROP TABLE IF EXISTS pg_temp.import_row"))
    values = [f'"{attribute.key}" {attribute.cast}' for attribute in plain]
    columns = ", ".join(["n integer NOT NULL", *values, "custom jsonb", "scores jsonb", STATE])
    run(Sql(f"CREATE TEMPORARY TABLE import_row ({columns}) ON COMMIT DROP"))


def _copy(
    rows: Sequence[Parsed], plain: list[Attribute], custom: list[Attribute], scores: list[Attribute]
) -> None:
    names = ", ".join(f'"{attribute.key}"' for attribute in plain)
    command = f"COPY import_row (n, {names}, custom, scores) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for number, row in enumerate(rows):
            values = [row.values.get(attribute.name) for attribute in plain]
            copy.write_row([number, *values, _json(row, custom), _json(row, scores)])


def _json(row: Parsed, attributes: list[Attribute]) -> str | None:
    """Those of the attributes that the row has a value for, by key; None when there is none."""
    values: dict[str, Any] = {
        attribute.key: row.values[attribute.name] for attribute in attributes if attribute.name in row.values
    }
    return json.dumps(values) if values else None


def waiting(lock: str, *, wait: bool) -> Sql:
    """A locking statement that waits for who holds a row, or is refused at once."""
    return sql(lock, nowait=EMPTY if wait else Sql(" NOWAIT"))


def look_again(locked: Collection[int]) -> None:
    """Leave for the next round: whose target is gone since it was found, or means what an earlier row
    means."""
    run(
        sql(
            "UPDATE import_row r SET again = true FROM"
            " (SELECT n, row_number() OVER (PARTITION BY target ORDER BY n) AS turn FROM import_row"
            "  WHERE problem IS NULL AND target IS NOT NULL) AS d"
            " WHERE d.n = r.n AND (d.turn > 1 OR r.target <> ALL({locked}::bigint[]))",
            locked=list(locked),
        )
    )


def number_new_rows(table: str) -> None:
    """Give an id to each good row that nothing was found for."""
    run(
        sql(
            "UPDATE import_row r SET is_new = true, target = nextval(pg_get_serial_sequence({table}, 'id'))"
            " WHERE r.target IS NULL AND {good}",
            table=table, good=GOOD,
        )
    )  # fmt: skip
