"""SQL in pieces that carry their parameters, for the set-based statements of the engine.

A value never becomes text of a statement: `sql("… WHERE id = {id}", id=5)` keeps 5 as a parameter,
while a `Sql` piece is put in place with its own parameters. Table names stay unqualified, so that a
simulation can run the same statements on copies in a schema of its own (docs/engine.md, Statements of a batch).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Any

from django.db import connection

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Sql:
    """A piece of SQL (percent-style placeholders) and the parameters of its placeholders, in order."""

    text: str
    params: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


EMPTY = Sql("")


def sql(template: str, **parts: Any) -> Sql:
    """Fill `{name}` in the template: a `Sql` as a piece, anything else as a parameter.

    A brace that is meant is doubled; so is a percent sign (`LIKE 'a%%'`).
    """
    text: list[str] = []
    params: list[Any] = []
    for literal, name in _pieces(template):
        text.append(literal)
        if name is None:
            continue
        part = parts[name]
        text.append(part.text if isinstance(part, Sql) else "%s")
        params.extend(part.params if isinstance(part, Sql) else [part])
    return Sql("".join(text), tuple(params))


@lru_cache(maxsize=1_000)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """Text and the name of what follows it. Kept: templates are literals of the code."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    """The pieces with the separator between them."""
    pieces = list(pieces)
    return Sql(
        separator.join(piece.text for piece in pieces), tuple(p for piece in pieces for p in piece.params)
    )


def name(identifier: str) -> Sql:
    """A quoted identifier."""
    return Sql('"' + identifier.replace('"', '""').replace("%", "%%") + '"')


def array(ids: Iterable[int]) -> str:
    """Many ids as the text of an array, to be cast (`{ids}::bigint[]`): a fifth of what a list costs to send."""
    return "{" + ",".join(map(str, ids)) + "}"


def rows(statement: Sql) -> list[Row]:
    """Run the statement; all rows that it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return cursor.fetchall()


def row(statement: Sql) -> Row | None:
    """Run the statement; its first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        found: Row | None = cursor.fetchone()
        return found


def run(statement: Sql) -> int:
    """Run the statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return int(cursor.rowcount)
