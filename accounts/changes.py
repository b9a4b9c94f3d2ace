"""The change log of accounts: who writes an account, its people, lists or scores marks it here.

Readers (continuous audiences, dynamic lists) take what their last snapshot had not seen, so that a transaction
that commits late is never missed (docs/engine.md, Readers by snapshot).
"""

from __future__ import annotations

from accounts.sql import Sql, run, sql


def mark_statement(account_ids: Sql) -> Sql:
    """An INSERT that marks the accounts that a SELECT of one column gives; may stand in a WITH."""
    return sql("INSERT INTO accounts_accountchange (account_id) {ids}", ids=account_ids)


def mark(account_ids: list[int]) -> None:
    """Mark these accounts as changed by the running transaction."""
    if account_ids:
        run(mark_statement(sql("SELECT DISTINCT unnest({ids}::bigint[])", ids=list(account_ids))))


def mark_people(person_ids: list[int]) -> None:
    """Mark the accounts of these people."""
    if person_ids:
        people = sql(
            "SELECT DISTINCT account_id FROM accounts_accountperson WHERE person_id = ANY({ids})",
            ids=list(person_ids),
        )
        run(mark_statement(people))
