"""Entering: how long a million accounts take, and what a look costs when a thousand of a million have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from accounts import changes, readers
from accounts.demo import volume
from accounts.models import Audience, ChangeReader
from accounts.sql import Sql, rows, run, sql
from journeys.engine import admit
from journeys.models import Journey
from tests.benchmarks import world
from tests.benchmarks.figures import Figure, of_groups
from tests.benchmarks.meter import Cost, Meter
from tests.benchmarks.world import NOW, clock

MILLION = 1_000_000
CHANGED = 1_000
LOOKS = 10
# About one account in ten.
BIG = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 100_000}]}


def rate(meter: Meter, accounts: int) -> Iterator[Figure]:
    """Entering everybody into an empty journey."""
    six = world.publish("admission")
    run(Sql(f"TRUNCATE {world.TRACES}"))
    world.settle("journeys_entry")
    cost = meter.cost(lambda: admit.admit(six.journey.pk, clock=clock))
    note = "" if accounts >= MILLION else f"reckoned from {accounts:,}"
    per_million = MILLION / accounts
    yield Figure(
        "admission_of_a_million", cost.wall * per_million, "s", 60.0, cost.wall * per_million / 60, goal=1.0,
        note=", ".join(filter(None, (f"{cost.cpu * per_million:.0f} s CPU", note))),
    )  # fmt: skip


def changed(meter: Meter, accounts: int) -> Iterator[Figure]:
    """A look at 1,000 changed accounts of a million against a look at all; those who qualify are inside already."""
    if accounts < MILLION:
        volume.fill(MILLION - accounts, 0)
        world.settle("accounts_account")
    run(Sql(f"TRUNCATE {world.TRACES}"))
    Audience.objects.create(name="Big", condition=BIG, created_at=NOW, updated_at=NOW)
    journey = world.make("Big ones", _nodes())
    admit.admit(journey.pk, clock=clock)
    world.settle("journeys_entry", "accounts_accountchange")
    full = [_look(meter, journey, lambda: _forget_all(journey)) for _ in range(3)]
    few = [_looks_at_changes(meter, journey) for _ in range(4)][1:]
    costs, references = [cost.cpu / LOOKS for cost in few], [cost.cpu for cost in full]
    yield of_groups(
        "admission_changed_vs_full", costs, references, "s CPU", goal=0.01,
        note=f"{CHANGED:,} of {world.number('SELECT count(*) FROM accounts_account'):,} accounts",
    )  # fmt: skip


def _nodes() -> list[dict[str, Any]]:
    start = {"key": "start", "kind": "account_audience", "settings": {"audience": "Big"}, "next": "end"}
    return [start, {"key": "end", "kind": "merge", "next": None}]


def _look(meter: Meter, journey: Journey, before: Callable[[], object]) -> Cost:
    before()
    return meter.cost(lambda: admit.admit(journey.pk, clock=clock))


def _forget_all(journey: Journey) -> None:
    reader = ChangeReader.objects.get(name=admit.reader_name(journey.pk))
    readers.restart(reader, revision=reader.revision, now=NOW)


def _looks_at_changes(meter: Meter, journey: Journey) -> Cost:
    """Ten looks of a thousand changed accounts each, for the clock's ticks are coarse; marking is not in the cost."""
    costs = [_look(meter, journey, lambda i=i: _mark(i)) for i in range(LOOKS)]  # type: ignore[misc]
    return Cost(*(sum(values) for values in zip(*(_fields(cost) for cost in costs), strict=True)))  # type: ignore[arg-type]


def _mark(i: int) -> None:
    ids = rows(
        sql(
            "SELECT id FROM accounts_account WHERE id %% {step} = {i} ORDER BY id LIMIT {n}",
            step=MILLION // CHANGED,
            i=i,
            n=CHANGED,
        )
    )
    changes.mark([account for (account,) in ids])


def _fields(cost: Cost) -> tuple[float, float, int, int, float]:
    return cost.cpu, cost.client_cpu, cost.wal, cost.buffers, cost.wall
