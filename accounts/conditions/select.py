"""Whole sets by condition: which accounts, how many accounts and people."""

from __future__ import annotations

from datetime import datetime

from accounts.conditions.compile import compile
from accounts.conditions.fields import Scope
from accounts.conditions.grammar import Condition
from accounts.sql import EMPTY, Sql, row, sql


def matching_accounts(condition: Condition, *, now: datetime, within: Sql | None = None) -> Sql:
    """A SELECT of the ids of the accounts that satisfy a checked condition; `within`: a SELECT of ids to ask.

    :raises CannotCompile: if a field is gone, or audiences form a circle
    """
    return sql(
        "SELECT account.id FROM accounts_account account WHERE {condition}{within}",
        condition=compile(condition, Scope(now=now)),
        within=sql(" AND account.id IN ({ids})", ids=within) if within else EMPTY,
    )


def count_accounts(condition: Condition, *, now: datetime) -> int:
    """How many accounts satisfy the condition now."""
    return _count(matching_accounts(condition, now=now))


def count_people(condition: Condition, *, now: datetime) -> int:
    """How many people satisfy the condition at one of their accounts at least; each counts once.

    With a condition on accounts: how many people belong to those that satisfy it.
    """
    return _count(
        sql(
            "SELECT DISTINCT person.id FROM accounts_accountperson relation"
            " JOIN accounts_account account ON account.id = relation.account_id"
            " JOIN accounts_person person ON person.id = relation.person_id WHERE {condition}",
            condition=compile(condition, Scope(now=now)),
        )
    )


def _count(ids: Sql) -> int:
    found = row(sql("SELECT count(*) FROM ({ids}) AS found", ids=ids))
    return int(found[0]) if found else 0
