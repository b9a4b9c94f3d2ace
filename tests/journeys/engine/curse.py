"""An action that fails for some accounts, and the journey that takes it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from accounts.models import Account
from accounts.sql import rows, sql
from actions.base import Batch
from journeys.models import Entry, Journey
from tests.factories import AccountFactory, PersonFactory, ScoreFactory
from tests.factories.maps import action, publish_map, start, wait


@dataclass
class Curse:
    """Makes *Change Score* raise when one of these accounts is in the batch."""

    accounts: Collection[int] = ()
    everybody: bool = False
    error: Callable[[], Exception] = lambda: ValueError("bad value")
    sizes: list[int] = field(default_factory=list)

    def __call__(self, batch: Batch) -> None:
        self.sizes.append(batch.size)
        found = rows(sql("SELECT account_id FROM {subject} AS subject", subject=batch.subject))
        if self.everybody or {account for (account,) in found} & set(self.accounts):
            raise self.error()


def forty() -> list[Account]:
    """Accounts with a person each."""
    ScoreFactory()
    accounts = AccountFactory.create_batch(40)
    for account in accounts:
        PersonFactory(accounts=[account])
    return accounts


def raising() -> Journey:
    """Everybody's score is raised, and then they rest."""
    return publish_map(
        start(), action("raise", "change_score", score="fit", change="+5"), wait("rest", days=300)
    )


def failed(journey: Journey) -> list[int]:
    """The accounts that are set aside."""
    found = Entry.objects.filter(journey=journey, status=Entry.Status.FAILED)
    return sorted(found.values_list("account_id", flat=True))
