"""Who qualifies for a journey: its audience node as pieces of SQL, for a sweep over all and for a few that changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import conditions
from accounts.models import Audience
from accounts.references import id_of
from accounts.sql import Sql, array, row, sql
from journeys.nodes.frozen import FrozenNode


@dataclass(frozen=True)
class ListAudience:
    """The members of an account list."""

    list_id: int
    revision: int = 1

    def among(self, account_ids: Collection[int], now: datetime) -> Sql:
        return sql(
            "SELECT account_id FROM accounts_listmember WHERE account_list_id = {list}"
            " AND account_id = ANY ({ids}::bigint[])",
            list=self.list_id, ids=array(account_ids),
        )  # fmt: skip

    def chunk_end(self, cursor: int, size: int) -> int | None:
        """The highest account id of the next `size` members; None: there are none."""
        return _last(sql(
            "SELECT account_id AS id FROM accounts_listmember WHERE account_list_id = {list} AND account_id > {cursor}"
            " ORDER BY account_id LIMIT {size}",
            list=self.list_id, cursor=cursor, size=size,
        ))  # fmt: skip

    def between(self, cursor: int, end: int, now: datetime) -> Sql:
        return sql(
            "SELECT account_id FROM accounts_listmember WHERE account_list_id = {list}"
            " AND account_id > {cursor} AND account_id <= {end}",
            list=self.list_id, cursor=cursor, end=end,
        )  # fmt: skip

    def crossings(self, start: datetime, end: datetime) -> Sql | None:
        """Members of a dynamic list turn by its own refresh, which marks them."""
        return Sql("SELECT NULL::bigint WHERE false")


@dataclass(frozen=True)
class ConditionAudience:
    """The accounts that satisfy a saved condition."""

    condition: Any
    revision: int

    def among(self, account_ids: Collection[int], now: datetime) -> Sql:
        within = sql("SELECT unnest({ids}::bigint[])", ids=array(account_ids))
        return conditions.matching_accounts(self.condition, now=now, within=within)

    def chunk_end(self, cursor: int, size: int) -> int | None:
        """The highest account id of the next `size` accounts; None: there are none."""
        return _last(sql(
            "SELECT id FROM accounts_account WHERE id > {cursor} ORDER BY id LIMIT {size}", cursor=cursor, size=size
        ))  # fmt: skip

    def between(self, cursor: int, end: int, now: datetime) -> Sql:
        return sql(
            "{matching} AND account.id > {cursor} AND account.id <= {end}",
            matching=sql(
                "SELECT account.id FROM accounts_account account WHERE {condition}",
                condition=conditions.compile(self.condition, conditions.Scope(now=now)),
            ),
            cursor=cursor, end=end,
        )  # fmt: skip

    def crossings(self, start: datetime, end: datetime) -> Sql | None:
        """Accounts whose verdict may have turned with time alone; None: nobody can tell, look at all."""
        if not conditions.is_relative(self.condition):
            return Sql("SELECT NULL::bigint WHERE false")
        return conditions.crossings(self.condition, start, end)


AnyAudience = ListAudience | ConditionAudience


def of_node(start: FrozenNode) -> AnyAudience | None:
    """The audience of a start node; None when what it referred to is gone."""
    if (list_id := id_of(start.settings.get("account_list"))) is not None:
        return ListAudience(list_id)
    audience = Audience.objects.filter(pk=id_of(start.settings.get("audience")) or 0).first()
    return ConditionAudience(audience.condition, audience.revision) if audience else None


def _last(ids: Sql) -> int | None:
    found = row(sql("SELECT max(id) FROM ({ids}) AS chunk", ids=ids))
    return found[0] if found else None
