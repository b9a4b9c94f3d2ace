"""Which different texts a column holds. Of few, an index tells them without a look at a million rows."""

from __future__ import annotations

from accounts.sql import Sql, name, row, rows, sql

# That a page offers for a choice.
OFFERED = 500
# One look into the index for each, which takes a few microseconds.
LOOKED_THROUGH = 5_000
# Jumps from one value to the next in the column's index (of all rows, or of those with a value): a few steps,
# whatever the number of rows.
WALK = """
    WITH RECURSIVE found AS (
        (SELECT {column} AS value FROM {table} WHERE {column} > '' ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM {table} WHERE {column} > found.value AND {column} > '' ORDER BY {column} LIMIT 1)
        FROM found WHERE found.value IS NOT NULL),
    known AS (SELECT value FROM found WHERE value IS NOT NULL LIMIT {limit})
"""
KNOWN = "{walk} SELECT value FROM known"
FITTING = "{walk} SELECT count(*), array_agg(value) FILTER (WHERE {fits}) FROM known"
# Looks at every row: where the values are that many, an index would be no faster.
FITTING_OF_ALL = "SELECT array_agg(DISTINCT {column}) FROM {table} WHERE {fits}"
# What `icontains` means.
FITS = "strpos(upper({value}), upper({typed}::text)) > 0"


def different_values(table: str, column: str, *, at_most: int = OFFERED) -> list[str]:
    """The values of an indexed text column, in order."""
    return [value for (value,) in rows(sql(KNOWN, walk=_walk(table, column, at_most)))]


def containing(table: str, column: str, typed: str) -> list[str] | None:
    """The values of an indexed text column that contain what was typed, in any letters; None: nothing was typed."""
    typed = typed.strip().replace("\0", "")
    if not typed:
        return None
    fits = sql(FITS, value=Sql("value"), typed=typed)
    found = row(sql(FITTING, walk=_walk(table, column, LOOKED_THROUGH + 1), fits=fits))
    if found and found[0] <= LOOKED_THROUGH:
        return found[1] or []
    fits = sql(FITS, value=name(column), typed=typed)
    found = row(sql(FITTING_OF_ALL, column=name(column), table=name(table), fits=fits))
    return (found and found[0]) or []


def _walk(table: str, column: str, limit: int) -> Sql:
    return sql(WALK, table=name(table), column=name(column), limit=limit)
