"""Fields that refer to a saved set of accounts: an account list, an audience."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.conditions import values
from accounts.conditions.fields import Checker, Compiler, Field, Lookup, Part, Scope
from accounts.conditions.grammar import Condition, Filter
from accounts.conditions.lookup import any_of
from accounts.conditions.operators import Operator, Type
from accounts.conditions.predicates import many
from accounts.findings import Finding, Place
from accounts.models import Audience
from accounts.references import Change, id_of, name_of
from accounts.sql import Sql, join, sql
from accounts.values import tidy


@dataclass(frozen=True)
class ReferenceField(Field):
    """A field whose values are references by name; `is` any of them, `is_not` none of them."""

    name: str
    label: str | Promise
    group: str | Promise
    subject: str
    resource: str
    type: Type = Type.REFERENCE

    def holds(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        """Whether the row belongs to one of those named; a boolean expression, never NULL."""
        raise NotImplementedError

    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        faults = list(values.check(self.type, filter, at, label=self.label))
        if not faults:
            several = isinstance(filter["value"], list)
            for index, value in enumerate(many(filter["value"])):
                checker.refer(self.resource, value, (*at, "value", index) if several else (*at, "value"))
        return faults

    def predicate(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        positive = filter["operator"] == Operator.IS
        return sql("{holds}" if positive else "NOT {holds}", holds=self.holds(filter, scope, compiler))

    def seen(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return sql("to_jsonb({holds})", holds=self.holds(filter, scope, compiler))

    def seen_as(self, filter: Filter) -> str:
        return f"{self.name}: {', '.join(name_of(value) for value in many(filter['value']))}"

    def is_relative(self, filter: Filter, lookup: Lookup) -> bool:
        return False

    def map_references(self, filter: Filter, change: Change) -> Filter:
        value = filter["value"]
        if isinstance(value, list):
            return {**filter, "value": [change(self.resource, item) for item in value]}
        return {**filter, "value": change(self.resource, value)}


@dataclass(frozen=True)
class MemberOfListField(ReferenceField):
    """Whether the account is on a list."""

    def holds(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return sql(
            "EXISTS (SELECT FROM accounts_listmember _member"
            " WHERE _member.account_id = {account}.id AND _member.account_list_id IN ({lists}))",
            account=scope.account, lists=_list_ids(many(filter["value"])),
        )  # fmt: skip


def _list_ids(references: list[Any]) -> Sql:
    """The ids of lists, pinned or by name, as what stands in IN (…)."""
    pinned = [id_of(value) for value in references if isinstance(value, dict) and id_of(value) is not None]
    names = [name_of(value) for value in references if not isinstance(value, dict)]
    if not names:
        return join(", ", [sql("{id}", id=id) for id in pinned] or [Sql("NULL")])
    return sql(
        "SELECT _list.id FROM accounts_accountlist _list WHERE _list.id = ANY({pinned}::bigint[])"
        " OR lower(_list.name) IN ({names})",
        pinned=pinned, names=join(", ", [sql("lower(btrim({name}::text))", name=name) for name in names]),
    )  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """What an audience's name stands for."""

    id: int
    name: str
    condition: Condition


def saved_audiences() -> list[Saved]:
    """All audiences; one query."""
    return [Saved(*row) for row in Audience.objects.order_by("id").values_list("id", "name", "condition")]


@dataclass(frozen=True)
class InAudienceField(ReferenceField):
    """Whether the account satisfies an audience's condition now; evaluated in place."""

    def holds(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        compiled = []
        for saved in self._saved(filter, compiler):
            with compiler.inside((self.resource, saved.id)):
                compiled.append(compiler.group(saved.condition, scope))
        return sql("({any})", any=join(" OR ", compiled or [Sql("FALSE")]))

    def is_relative(self, filter: Filter, lookup: Lookup) -> bool:
        for saved in self._saved(filter, lookup):
            with lookup.inside((self.resource, saved.id)):
                if lookup.is_relative(saved.condition):
                    return True
        return False

    def crossings(self, filter: Filter, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        found = []
        for saved in self._saved(filter, lookup):
            with lookup.inside((self.resource, saved.id)):
                found.append(lookup.crossings(saved.condition, start, end))
        return any_of(found)

    def parts(self, filter: Filter, lookup: Lookup) -> list[Part]:
        return [(saved.name, saved.id, saved.condition) for saved in self._saved(filter, lookup)]

    def _saved(self, filter: Filter, lookup: Lookup) -> list[Saved]:
        """Those that exist of the audiences named."""
        audiences = lookup.once(saved_audiences)
        ids = {id_of(value) for value in many(filter["value"])}
        names = {
            tidy(name_of(value)).lower() for value in many(filter["value"]) if not isinstance(value, dict)
        }
        return [saved for saved in audiences if saved.id in ids or saved.name.lower() in names]
