"""Events enough to page through: the timelines of the pages that are measured."""

from __future__ import annotations

from accounts.sql import run, sql
from tests.benchmarks import pages_journey
from tests.benchmarks.pages_draws import ago, somebody
from tests.benchmarks.pages_journey import NOW


def fill(accounts: int) -> None:
    """One of each account, ten thousand of the first account and of the first person."""
    run(sql(
        "INSERT INTO accounts_event (type_id, account_id, occurred_at, received_at, source, source_id, payload)"
        " SELECT 26, account.id, {now}, {now}, 1, {journey}, '{{}}' FROM accounts_account AS account ORDER BY account.id LIMIT {count}",
        now=NOW, journey=pages_journey.found().pk, count=accounts,
    ))  # fmt: skip
    payload = '{{"attribute": "account.industry", "old": "Banking", "new": "Insurance"}}'
    for column, table, kind in (("account_id", "accounts_account", 17), ("person_id", "accounts_person", 18)):
        run(sql(
            f"INSERT INTO accounts_event (type_id, {column}, occurred_at, received_at, source, source_id, payload)"
            f" SELECT {kind}, (SELECT min(id) FROM {table}), m.at, m.at, 1 + n %% 3, {{who}}, '{payload}' FROM generate_series(1, 10000) AS n"
            " CROSS JOIN LATERAL (SELECT {ago} AS at) AS m",
            ago=ago(10_000), who=somebody(41),
        ))  # fmt: skip
