"""Conditions as SQL: one boolean expression, whatever the number of accounts (spec 1.9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.conditions.fields import Field, Scope
from accounts.conditions.grammar import Condition, Filter, filters, is_group
from accounts.conditions.lookup import CannotCompile, Lookup
from accounts.conditions.predicates import many
from accounts.sql import Sql, join, sql

MAX_SEEN = 20  # values; what is seen of them goes into the visit and is capped (docs/engine.md, Values)
MAX_KEY = 100  # characters, before the number that keeps filters apart


def compile(condition: Condition, scope: Scope) -> Sql:
    """Whether the rows of the scope satisfy a checked condition: a boolean expression that is never NULL.

    :raises CannotCompile: if a field is gone, or audiences form a circle
    """
    return Compiler().group(condition, scope)


def seen(condition: Condition, scope: Scope) -> Sql:
    """The values that the fields of a condition have: a jsonb object by name of the field.

    At most 20 of them, texts cut at 100 characters. A list or audience gives true or false, under a key that
    names it. `keys_of_seen` tells which key is which filter's.

    :raises CannotCompile: as `compile`
    """
    compiler = Compiler()
    values: dict[str, Sql] = {}
    for filter, key in keys_of_seen(condition, compiler):
        if key not in values and len(values) < MAX_SEEN:
            values[key] = compiler.known_field(filter["field"]).seen(filter, scope, compiler)
    pairs = [sql("{key}::text, {value}", key=key, value=value) for key, value in values.items()]
    return sql("jsonb_build_object({pairs})", pairs=join(", ", pairs))


def keys_of_seen(condition: Condition, lookup: Lookup | None = None) -> list[tuple[Filter, str]]:
    """Each filter at any depth, and the key under which `seen` gives what it looked at.

    Filters share a key if they look at the same. Others that are called alike, cut or not, are numbered in their
    order: "… (2)"; so the first of them has the key that it always had, also in visits of earlier versions.

    `lookup`: for whoever asks for many conditions.
    """
    lookup = lookup or Lookup()
    owners: dict[str, str] = {}
    return [(filter, _key_of(filter, lookup.field(filter["field"]), owners)) for filter in filters(condition)]


def _key_of(filter: Filter, field: Field | None, owners: dict[str, str]) -> str:
    """The key of one filter; `owners`: what each key that was given out stands for."""
    words = field.seen_as(filter)[:MAX_KEY] if field else filter["field"]
    if words == filter["field"]:  # the value of a row, whatever is asked about it
        return str(words)
    looked_at = json.dumps({**filter, "operator": None, "value": many(filter["value"])}, sort_keys=True)
    key, n = words, 1
    while owners.setdefault(key, looked_at) != looked_at:
        n += 1
        key = f"{words} ({n})"
    return key


def is_relative(condition: Condition) -> bool:
    """Whether a verdict may turn by itself, with time (in_last, look-backs)."""
    return Lookup().is_relative(condition)


def crossings(condition: Condition, start: datetime, end: datetime) -> Sql | None:
    """A SELECT of the accounts whose verdict may turn in (start, end] with no write.

    None: not known; evaluate all accounts, every 15 minutes (spec 3.2). Nobody when nothing is relative.
    """
    return Lookup().crossings(condition, start, end)


class Compiler(Lookup):
    """One compile of one condition."""

    def group(self, group: Condition, scope: Scope, fields: Mapping[str, Field] | None = None) -> Sql:
        """A boolean expression; `fields`: those of a set-like field's nested group."""
        pieces = [self._item(item, scope, fields) for item in group["filters"]]
        if not pieces:
            return Sql("TRUE")
        return sql("({all})", all=join(" AND " if group["match"] == "all" else " OR ", pieces))

    def filter(
        self, filter: Mapping[str, Any], scope: Scope, fields: Mapping[str, Field] | None = None
    ) -> Sql:
        """One filter as a boolean expression, in parentheses."""
        name = filter["field"]
        field = self.known_field(name) if fields is None else fields.get(name)
        if field is None:
            raise CannotCompile(_("There is no field “%(name)s” any more.") % {"name": name})
        return sql("({filter})", filter=field.predicate(filter, scope, self))

    def _item(self, item: Any, scope: Scope, fields: Mapping[str, Field] | None) -> Sql:
        return self.group(item, scope, fields) if is_group(item) else self.filter(item, scope, fields)
