"""Which groups a report is about."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.known_values import containing
from accounts.models import Account
from accounts.sql import EMPTY, Sql, join, sql

# In place of a stage's id: groups that have none.
NO_STAGE = 0


@dataclass(frozen=True)
class Selection:
    """All groups, or those of a solution interest, at a stage, of accounts of these industries or countries.

    None: whichever. An empty tuple: there is no such account.
    """

    interest: int | None = None
    stage: int | None = None
    industries: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None

    def rows(self) -> Sql:
        """What follows FROM: the groups as `held`."""
        wanted = list(self._conditions())
        return sql(
            "buying_groups_buyinggroup held {accounts} {where}",
            accounts=Sql("JOIN accounts_account account ON account.id = held.account_id")
            if self._asks_for_accounts
            else EMPTY,
            where=sql("WHERE {all}", all=join(" AND ", wanted)) if wanted else EMPTY,
        )

    @property
    def _asks_for_accounts(self) -> bool:
        return self.industries is not None or self.countries is not None

    def _conditions(self) -> list[Sql]:
        found = []
        if self.interest is not None:
            found.append(sql("held.solution_interest_id = {interest}", interest=self.interest))
        if self.stage == NO_STAGE:
            found.append(Sql("held.stage_id IS NULL"))
        elif self.stage is not None:
            found.append(sql("held.stage_id = {stage}", stage=self.stage))
        for column, values in (("industry", self.industries), ("country", self.countries)):
            if values is not None:
                found.append(sql("account.{column} = ANY({values})", column=Sql(column), values=list(values)))
        return found


def values_of_accounts(column: str, typed: str) -> tuple[str, ...] | None:
    """The values of this column of accounts that contain what was typed, in any letters; None: nothing was."""
    found = containing(Account._meta.db_table, column, typed)
    return None if found is None else tuple(found)
