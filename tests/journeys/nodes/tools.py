"""What the tests of the kinds share: how to check a node of a document, and a few entries that reach a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.events import Source
from accounts.findings import Finding
from accounts.models import Account, Event
from accounts.references import Found, name_of
from accounts.sql import Sql, rows, sql
from actions.base import Outcome
from actions.settings import Context
from journeys.models import Entry
from journeys.nodes.base import NodeKind, Travel, Way
from journeys.nodes.cohort import Cohort, Part
from journeys.nodes.frozen import FrozenNode, FrozenPath
from tests.conftest import NOW

HERE = 7
"""The id of the journey that these nodes are in."""
ONWARD = FrozenPath(id=1, key="", condition=None, percentage=None, is_other=False, next_id=2)


class NoJourneys:
    """For nodes that neither enter accounts into journeys nor remove them."""

    def enter(self, journey_id: int | None, subject: Sql) -> Outcome:
        raise AssertionError("This node enters nobody.")

    def remove(self, journey_id: int | None, subject: Sql) -> Outcome:
        raise AssertionError("This node removes nobody.")


class RemovesAll(NoJourneys):
    """Removes everybody from this very journey."""

    def remove(self, journey_id: int | None, subject: Sql) -> Outcome:
        return Outcome(ends_here=True)


# --- The document


def knowing(**names: Iterable[Found]) -> Context:
    """A context in which there are these things, by resource, and nothing else."""
    known = {(resource, row.name): row for resource, found in names.items() for row in found}
    return Context(find=lambda resource, value: known.get((resource, name_of(value))))


def said(
    kind: NodeKind, node: Mapping[str, Any], context: Context | None = None
) -> list[tuple[str, str, bool]]:
    """What a kind finds: code, pointer, and whether it refuses the node."""
    return [(finding.code, finding.pointer, finding.refused) for finding in findings(kind, node, context)]


def findings(kind: NodeKind, node: Mapping[str, Any], context: Context | None = None) -> list[Finding]:
    return kind.check(node, context or knowing())


def upper(resource: str, value: Any) -> str:
    """A change of references that can be seen: which resource, and the name in capitals."""
    return f"{resource}: {name_of(value).upper()}"


# --- The walk


def frozen(
    kind: str, *, on: str = "", action: str = "", paths: Iterable[FrozenPath] = (ONWARD,), **settings: Any
) -> FrozenNode:
    return FrozenNode(1, "here", kind, on, action, settings, 0, tuple(paths))


def cohort_of(*accounts: Account, visit: int = 1, claimed: bool = False) -> Cohort:
    """One entry an account, as a worker knows them; the entry's id is the account's id + 1,000."""
    ids = sorted(account.pk for account in accounts)
    return Cohort((Part(visit, _array(i + 1_000 for i in ids), _array(ids), len(ids), claimed),))


def parked(*accounts: Account, arrived: datetime = NOW, visit: int = 1) -> Cohort:
    """The same, with rows of entries that arrived then: a cohort that was claimed."""
    for account in accounts:
        Entry.objects.create(
            pk=account.pk + 1_000, journey_id=HERE, account=account, version_id=1, node_id=1, visit=visit,
            arrived_at=arrived, due_at=arrived, started_at=arrived,
        )  # fmt: skip
    return cohort_of(*accounts, visit=visit, claimed=True)


def _array(ids: Iterable[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def travel(now: datetime = NOW, *, time_zone: str = "UTC", journeys: Any = None) -> Travel:
    return Travel(HERE, time_zone, now, Source(Event.Source.JOURNEY, HERE), journeys or NoJourneys())


def accounts_in(cohort: Cohort) -> list[int]:
    """The ids of the accounts of a cohort, each with the entry that belongs to it."""
    if not cohort:
        return []
    found = rows(
        sql(
            "SELECT entry_id, account_id FROM {subject} AS subject ORDER BY account_id",
            subject=cohort.subject,
        )
    )
    assert all(entry == account + 1_000 for entry, account in found)
    return [account for _, account in found]


def by_path(ways: Iterable[Way]) -> dict[str, list[int]]:
    """The accounts that leave by each path; "" for those whose way ends at the node."""
    return {way.path.key if way.path else "": accounts_in(way.cohort) for way in ways}
