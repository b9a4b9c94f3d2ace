"""What a field of a condition is: the contract for whoever adds one (settings.CONDITION_FIELDS).

A field says which values its filters take (`check`) and how a filter becomes SQL (`predicate`, `seen`).
`ValueField` does both for everything that has one value per row; `sets.SetField` for related rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.utils.functional import Promise

from accounts.conditions import phrases, predicates, values
from accounts.conditions.grammar import Condition, Filter
from accounts.conditions.operators import OPERATORS, RELATIVE, Operator, Type
from accounts.findings import Finding, Place
from accounts.references import Change
from accounts.sql import Sql, sql

T = TypeVar("T")
Part = tuple[str, int, Condition]
ACCOUNT = Sql("account")
PERSON = Sql("person")


@dataclass(frozen=True)
class Scope:
    """The rows that a condition is asked about: names of the account's and the person's row in the statement.

    `now`: the moment of the question. `anchor`: a timestamptz expression from when look-backs on events count
    back; the entry into the journey there, else `now`. `rows`: further rows, by the subject of their fields.
    """

    now: datetime
    account: Sql = ACCOUNT
    person: Sql = PERSON
    anchor: Sql | None = None
    rows: Mapping[str, Sql] = field(default_factory=dict)

    def row(self, subject: str) -> Sql:
        """The alias of the row that fields of this subject read."""
        return {"account": self.account, "person": self.person}.get(subject) or self.rows[subject]

    def within(self, subject: str, alias: Sql) -> Scope:
        """The scope of a nested group about one more row."""
        return replace(self, rows={**self.rows, subject: alias})

    @property
    def since(self) -> Sql:
        """From when look-backs count back (timestamptz)."""
        return self.anchor or sql("{now}::timestamptz", now=self.now)


class Lookup(Protocol):
    """What one check or compile has read from the database; each table at most once."""

    def once(self, load: Callable[[], T]) -> T:
        """The result of `load`, called the first time only."""

    def field(self, name: str) -> Field | None: ...

    def is_relative(self, condition: Condition) -> bool: ...

    def crossings(self, condition: Condition, start: datetime, end: datetime) -> Sql | None: ...

    def inside(self, key: tuple[str, int]) -> AbstractContextManager[None]:
        """While a saved condition stands in the place of a reference to it (resource, id).

        :raises CannotCompile: if it leads back to itself
        """


class Compiler(Lookup, Protocol):
    def group(self, group: Condition, scope: Scope, fields: Mapping[str, Field] | None = None) -> Sql:
        """A boolean expression, never NULL. `fields`: those of a nested group."""

    def filter(
        self, filter: Mapping[str, Any], scope: Scope, fields: Mapping[str, Field] | None = None
    ) -> Sql:
        """The same of one filter."""


class Checker(Lookup, Protocol):
    def group(self, group: Any, at: Place, fields: Mapping[str, Field] | None = None) -> Iterable[Finding]:
        """What is wrong with a nested group; counts for the depth."""

    def refer(self, resource: str, value: Any, at: Place) -> None:
        """Have looked up, with all others at the end, whether what is referred to exists and is live."""


class Field(ABC):
    """Something that filters can ask about.

    Attributes: `name` as conditions say it; `subject`: whose row it reads ("account", "person", or that of a
    set-like field); `group`: its heading in the picker; `keys`: what a filter on it may hold beside field,
    operator and value; `resource`: what its values refer to (settings.REFERENCE_RESOURCES), `key_resources`: what
    the values of its own keys do.
    """

    name: str
    label: str | Promise
    group: str | Promise
    subject: str
    type: Type
    keys: ClassVar[frozenset[str]] = frozenset()
    key_resources: ClassVar[Mapping[str, str]] = {}
    choices: tuple[tuple[str, str | Promise], ...] = ()
    resource: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        return OPERATORS[self.type]

    @abstractmethod
    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        """What is wrong with the value (and the field's own keys) of a filter whose operator is right."""

    @abstractmethod
    def predicate(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        """A boolean expression, never NULL."""

    @abstractmethod
    def seen(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        """The value that the filter looked at, as a jsonb expression; small."""

    def seen_as(self, filter: Filter) -> str:
        """What that value is called among those seen (`compile.keys_of_seen`): the field's name, if every filter on
        it looks at the same value."""
        return self.name

    def is_relative(self, filter: Filter, lookup: Lookup) -> bool:
        """Whether the verdict turns by itself, with time."""
        return filter["operator"] in RELATIVE

    def crossings(self, filter: Filter, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        """A SELECT of the ids of accounts whose verdict may turn in (start, end] with no write.

        None: not known, or as dear as asking all; then all accounts are evaluated every 15 minutes
        (spec 3.2). Asked only when `is_relative`.
        """
        return None

    def parts(self, filter: Filter, lookup: Lookup) -> list[Part]:
        """Saved conditions on the same row that the filter stands for, as (name, id, condition)."""
        return []

    def map_references(self, filter: Filter, change: Change) -> Filter:
        """The filter with each reference (accounts.references) as `change` gives it."""
        return filter

    def describe(self, filter: Filter) -> str:
        """The filter in plain words."""
        return phrases.filter_words(self.label, filter, self.choices)


@dataclass(frozen=True)
class ValueField(Field):
    """A field with one value per row: `expression` gives it, the type does the rest."""

    name: str
    label: str | Promise
    group: str | Promise
    subject: str
    type: Type
    choices: tuple[tuple[str, str | Promise], ...] = ()
    # Of a number: no row has a smaller one, and none a larger one.
    minimum: int | None = field(default=None, kw_only=True)
    maximum: int | None = field(default=None, kw_only=True)

    def expression(self, filter: Filter, scope: Scope) -> Sql:
        """The value, of the SQL type that belongs to the field's: text, a number, date, timestamptz, boolean.

        NULL, and the empty text, stand for a missing value.
        """
        raise NotImplementedError

    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        yield from values.check(
            self.type, filter, at, label=self.label, choices=self.choices, minimum=self.minimum,
            maximum=self.maximum,
        )  # fmt: skip

    def predicate(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return predicates.predicate(self.type, self.expression(filter, scope), filter, scope.now)

    def seen(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return predicates.as_seen(self.type, self.expression(filter, scope))

    def crossings(self, filter: Filter, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        return predicates.crossings(self.type, filter, start, end)
