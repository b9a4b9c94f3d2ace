from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts import conditions
from accounts.conditions import Scope
from accounts.models import Account, Person
from accounts.sql import Sql, rows, sql

Holds = Callable[..., bool]


def condition(*filters: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"match": match, "filters": list(filters)}


def asked(field: str, operator: str, value: Any = None, **keys: Any) -> dict[str, Any]:
    """A filter; the operators without a value get none."""
    given = {} if operator in ("is_empty", "is_not_empty") else {"value": value}
    return {"field": field, "operator": operator, **given, **keys}


def any_day(operator: str) -> object:
    """A right value for any operator on dates; with `between` and `in_last` it holds for all of them."""
    if operator in ("in_last", "not_in_last"):
        return {"value": 10_000, "unit": "days"}
    return {"from": "1900-01-01", "to": "2199-12-31"} if operator == "between" else "2027-02-28"


@pytest.fixture
def holds(now: datetime) -> Holds:
    """Whether a filter (or a whole condition) holds for an account, or a person at it."""

    def ask(what: dict[str, Any], account: Account, person: Person | None = None, **scope: Any) -> bool:
        whole = what if "filters" in what else condition(what)
        about = "account" if person is None else "person"
        assert conditions.check(whole, about=about) == []
        join = (
            Sql("")
            if person is None
            else sql(" JOIN accounts_person person ON person.id = {id}", id=person.pk)
        )
        statement = sql(
            "SELECT {verdict} FROM accounts_account account{join} WHERE account.id = {id}",
            verdict=conditions.compile(whole, Scope(now=now, **scope)),
            join=join,
            id=account.pk,
        )
        [(verdict,)] = rows(statement)
        assert verdict is not None, "a verdict is never NULL"
        return bool(verdict)

    return ask
