"""Set-like fields: related rows, of which one and the same must satisfy a nested group (spec 1.9)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.conditions import phrases
from accounts.conditions.fields import Checker, Compiler, Field, Lookup, Scope
from accounts.conditions.grammar import Condition, Filter, filters, is_group, map_filters
from accounts.conditions.operators import Operator, Type, word
from accounts.findings import Finding, Place
from accounts.references import Change
from accounts.sql import Sql, join, sql


class SetField(Field):
    """`has` and `has_not` of related rows.

    Who adds one gives `rows` (which rows are related), `row_subject` and `alias` (how its nested `fields`
    find them), and where it has keys of its own `check_keys`; `holds` may count instead of asking for one.
    """

    type = Type.SET
    row_subject: str
    alias: Sql
    fields: Mapping[str, Field]

    @abstractmethod
    def rows(self, filter: Filter, scope: Scope) -> Sql:
        """What follows FROM: the related rows as `alias`, and a WHERE that ties them to the scope."""

    def check_keys(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        """What is wrong with the field's own keys."""
        return []

    def row_name(self) -> Sql | None:
        """What the row is called that an explanation tells of, as text; None: it tells of no row."""
        return None

    def holds(self, rows: Sql, filter: Filter) -> Sql:
        """Whether there are such rows (`rows`: what follows FROM, nested group included); never NULL."""
        return sql("EXISTS (SELECT FROM {rows})", rows=rows)

    def check(self, filter: Filter, checker: Checker, at: Place) -> Iterable[Finding]:
        yield from self.check_keys(filter, checker, at)
        if "value" not in filter:
            yield Finding(
                "missing_key",
                _("%(label)s: “value” is missing; it holds a group of filters.") % {"label": self.label},
                at,
            )
        else:
            yield from checker.group(filter["value"], (*at, "value"), self.fields)

    def predicate(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        found = self._found(filter, scope, compiler)
        return found if filter["operator"] == Operator.HAS else sql("NOT {found}", found=found)

    def seen(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        return sql("to_jsonb({found})", found=self._found(filter, scope, compiler))

    def seen_as(self, filter: Filter) -> str:
        # Stored with each visit: the same in every language, so that it is found again.
        with translation.override(None):
            return self.describe({**filter, "operator": Operator.HAS})

    def is_relative(self, filter: Filter, lookup: Lookup) -> bool:
        nested = filters(filter["value"])
        return any(self.fields[item["field"]].is_relative(item, lookup) for item in nested)

    def crossings(self, filter: Filter, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        return None

    def map_references(self, filter: Filter, change: Change) -> Filter:
        def mapped(nested: Filter) -> Filter:
            field = self.fields.get(nested["field"])
            return field.map_references(nested, change) if field else nested

        return {**filter, "value": map_filters(filter["value"], mapped)}

    def describe(self, filter: Filter) -> str:
        nested = self._words(filter["value"])
        return f"{self.label} {word(filter['operator'])} {nested}"

    def looked_at(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql | None:
        """The row that tells most of why the nested group holds or not, as jsonb, or NULL where there is none:
        `name`, and for each nested filter in order its `verdicts` and what it has `seen`. A row that satisfies the
        group comes first, then the one of which more holds.
        """
        called = self.row_name()
        if called is None:
            return None
        inside, asked = scope.within(self.row_subject, self.alias), list(filters(filter["value"]))
        verdicts = [compiler.filter(nested, inside, self.fields) for nested in asked]
        values = [self.fields[nested["field"]].seen(nested, inside, compiler) for nested in asked]
        return sql(
            "(SELECT jsonb_build_object('name', {name}, 'verdicts', to_jsonb(ARRAY[{verdicts}]::boolean[]),"
            " 'seen', to_jsonb(ARRAY[{values}]::jsonb[])) FROM {rows}"
            " ORDER BY {nested}::int DESC, {held} DESC, {name} LIMIT 1)",
            name=called,
            verdicts=join(", ", verdicts),
            values=join(", ", values),
            rows=self.rows(filter, scope),
            nested=compiler.group(filter["value"], inside, self.fields),
            held=join(" + ", [Sql("0::int"), *(sql("{one}::int", one=one) for one in verdicts)]),
        )

    def _found(self, filter: Filter, scope: Scope, compiler: Compiler) -> Sql:
        inside = scope.within(self.row_subject, self.alias)
        nested = compiler.group(filter["value"], inside, self.fields)
        return self.holds(sql("{rows} AND {nested}", rows=self.rows(filter, scope), nested=nested), filter)

    def _words(self, group: Condition) -> str:
        parts = [
            f"({self._words(item)})" if is_group(item) else self.fields[item["field"]].describe(item)
            for item in group["filters"]
        ]
        return phrases.group_words(group["match"], parts, empty=_("any"))
