"""Fields that only tests register: a set-like one over people with own keys, as other apps add them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.conditions import Field, Scope, SetField, Type, ValueField, values
from accounts.conditions.fields import Checker, Lookup
from accounts.conditions.membership import ReferenceField
from accounts.findings import Finding, Place
from accounts.sql import Sql, sql


@dataclass(frozen=True)
class Nested(ValueField):
    """A column of the related person."""

    def expression(self, filter: Any, scope: Scope) -> Sql:
        return sql("{row}.{column}", row=scope.row("colleague"), column=Sql(self.name))


class FirmNested(ReferenceField):
    """Refers to a list from within the nested group: the reference must be found and pinned there too."""

    def holds(self, filter: Any, scope: Scope, compiler: Any) -> Sql:
        return Sql("TRUE")


class NestedCount(ValueField):
    """A number that a key of the filter belongs to: relations of the colleague in that role."""

    keys = frozenset({"role"})

    def expression(self, filter: Any, scope: Scope) -> Sql:
        return sql(
            "(SELECT count(*) FROM accounts_accountperson r WHERE r.person_id = {row}.id"
            " AND r.role = {role})",
            row=scope.row("colleague"), role=filter["role"],
        )  # fmt: skip


class Colleagues(SetField):
    """Whether a person at the account satisfies the group: `at_least` so many, added `within` a time."""

    name = "account.colleague"
    label = "Colleague"
    group = "Toys"
    subject = "account"
    row_subject = "colleague"
    alias = Sql("_colleague")
    keys = frozenset({"within", "at_least"})
    fields: dict[str, Field] = {
        field.name: field
        for field in (
            Nested("job_title", "Job title", "", "colleague", Type.TEXT),
            Nested("created_at", "Added", "", "colleague", Type.TIME),
            NestedCount("relations", "Relations", "", "colleague", Type.NUMBER),
            FirmNested("list", "List", "", "colleague", "account_list"),
        )
    }

    def rows(self, filter: Any, scope: Scope) -> Sql:
        rows = sql(
            "accounts_accountperson _works JOIN accounts_person _colleague"
            " ON _colleague.id = _works.person_id WHERE _works.account_id = {account}.id",
            account=scope.account,
        )
        if "within" not in filter:
            return rows
        ago = sql("make_interval(days => {days})", days=filter["within"]["value"])
        return sql(
            "{rows} AND _colleague.created_at > {since} - {ago}", rows=rows, since=scope.since, ago=ago
        )

    def holds(self, rows: Sql, filter: Any) -> Sql:
        return sql("(SELECT count(*) FROM {rows}) >= {n}", rows=rows, n=filter.get("at_least", 1))

    def check_keys(self, filter: Any, checker: Checker, at: Place) -> Iterable[Finding]:
        if "at_least" in filter:
            yield from (
                f.under(*at, "at_least") for f in values.whole(filter["at_least"], self.label, 1, 1000)
            )
        if "within" in filter:
            yield from (f.under(*at, "within") for f in values.period(filter["within"], self.label))

    def is_relative(self, filter: Any, lookup: Lookup) -> bool:
        return "within" in filter or super().is_relative(filter, lookup)

    def crossings(self, filter: Any, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        if "within" not in filter:
            return None
        return sql(
            "SELECT DISTINCT r.account_id FROM accounts_accountperson r"
            " JOIN accounts_person p ON p.id = r.person_id"
            " WHERE p.created_at > {start} - {ago} AND p.created_at <= {end} - {ago}",
            start=sql("{at}::timestamptz", at=start), end=sql("{at}::timestamptz", at=end),
            ago=sql("make_interval(days => {days})", days=filter["within"]["value"]),
        )  # fmt: skip


FIELDS: list[Field] = [Colleagues()]
