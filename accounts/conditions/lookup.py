"""What one check, compile or explanation reads from the database: each table at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts.conditions import registry
from accounts.conditions.fields import Field
from accounts.conditions.grammar import Condition, filters
from accounts.conditions.predicates import NOBODY
from accounts.sql import Sql, join

T = TypeVar("T")
MAX_INLINED = 1000  # saved conditions in the place of references, in one compile


class CannotCompile(Exception):
    """A condition that was right when it was saved is not now: a field is gone, audiences form a circle."""


class Lookup:
    """Fields by name, and whatever they need to know."""

    def __init__(self) -> None:
        self._read: dict[Callable[[], Any], Any] = {}
        self._inside: list[tuple[str, int]] = []
        self._inlined = 0

    def once(self, load: Callable[[], T]) -> T:
        """The result of `load`, called the first time only."""
        if load not in self._read:
            self._read[load] = load()
        found: T = self._read[load]
        return found

    def field(self, name: str) -> Field | None:
        """The field of this name. Those of the database are read when the first of them is asked for."""
        return registry.fixed().get(name) or self.once(registry.from_database).get(name)

    def known_field(self, name: str) -> Field:
        """:raises CannotCompile: if there is no such field any more"""
        if found := self.field(name):
            return found
        raise CannotCompile(_("There is no field “%(name)s” any more.") % {"name": name})

    def fields(self) -> dict[str, Field]:
        """All of them, by name."""
        return {**registry.fixed(), **self.once(registry.from_database)}

    def is_relative(self, condition: Condition) -> bool:
        """Whether a verdict may turn by itself, with time."""
        return any(
            self.known_field(filter["field"]).is_relative(filter, self) for filter in filters(condition)
        )

    def crossings(self, condition: Condition, start: datetime, end: datetime) -> Sql | None:
        """A SELECT of the accounts whose verdict may turn in (start, end] with no write; None: not known."""
        asked = [(self.known_field(filter["field"]), filter) for filter in filters(condition)]
        relative = [(field, item) for field, item in asked if field.is_relative(item, self)]
        return any_of(field.crossings(item, start, end, self) for field, item in relative)

    @contextmanager
    def inside(self, key: tuple[str, int]) -> Iterator[None]:
        """While a saved condition stands in the place of a reference to it (resource, id).

        :raises CannotCompile: if it leads back to itself
        """
        self._inlined += 1
        if key in self._inside or self._inlined > MAX_INLINED:
            raise CannotCompile(_("Audiences refer to one another in a circle, or too many of them."))
        self._inside.append(key)
        try:
            yield
        finally:
            self._inside.pop()


def any_of(selects: Iterable[Sql | None]) -> Sql | None:
    """The SELECTs as one; None if any of them is not known."""
    known = list(selects)
    return (
        None if None in known else join(" UNION ", [part for part in known if part is not None] or [NOBODY])
    )
