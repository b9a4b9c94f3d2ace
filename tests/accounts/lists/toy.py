"""A field of an instant whose crossings are known: what events will be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.conditions import Field, Scope, Type, ValueField
from accounts.conditions.fields import Lookup
from accounts.conditions.predicates import period
from accounts.sql import Sql, sql


class Created(ValueField):
    def expression(self, filter: Any, scope: Scope) -> Sql:
        return sql("{row}.created_at", row=scope.account)

    def crossings(self, filter: Any, start: datetime, end: datetime, lookup: Lookup) -> Sql | None:
        length = period(filter["value"])
        return sql(
            "SELECT id FROM accounts_account WHERE created_at > {start} AND created_at <= {end}",
            start=start - length, end=end - length,
        )  # fmt: skip


FIELDS: list[Field] = [Created("account.created", "Created", "Toys", "account", Type.TIME)]
