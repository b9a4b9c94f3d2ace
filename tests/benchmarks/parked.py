"""Does it matter how many entries are parked? Moving 10,000 due entries among 100,000 and among 1,000,000 of them."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.sql import Sql, run, sql
from tests.benchmarks import engine, world
from tests.benchmarks.figures import Figure, of_groups
from tests.benchmarks.meter import Cost, Meter
from tests.benchmarks.world import NOW, Six

DUE = 10_000
FEW, MANY = 100_000, 1_000_000
# Moves at each size, and how often the sizes take turns: a machine is faster at one minute than at the next.
TIMES, TURNS = 3, 2

# Parked entries are of accounts that do not exist: nobody looks at them before they are due.
PARK = """
    INSERT INTO journeys_entry
        (journey_id, account_id, number, version_id, status, node_id, visit, arrived_at, due_at, started_at)
    SELECT {journey}, -n, 1, {version}, 1, {node}, 2, {now},
           {now}::timestamptz + interval '1 day' + n * interval '1 second', {now}
    FROM generate_series({first}::bigint, {last}::bigint) AS n
"""
MAKE_DUE = """
    INSERT INTO journeys_entry
        (journey_id, account_id, number, version_id, status, node_id, visit, arrived_at, due_at, started_at)
    SELECT {journey}, id, {number}, {version}, 1, {node}, 2, {now}, {now}, {now}
    FROM accounts_account ORDER BY id LIMIT {due}
"""


def measure(meter: Meter) -> Iterator[Figure]:
    """CPU and buffers; the first move of each turn is a warm-up."""
    six = world.publish("parked")
    run(Sql(f"TRUNCATE {world.TRACES}"))
    few, many = list[Cost](), list[Cost]()
    _park(six, 1, FEW)
    for turn in range(TURNS):
        few += _moves(meter, six, 2 * turn * (TIMES + 1))
        _park(six, FEW + 1, MANY)
        many += _moves(meter, six, (2 * turn + 1) * (TIMES + 1))
        run(sql("DELETE FROM journeys_entry WHERE account_id < {few}", few=-FEW))
    yield of_groups("parked_1m_vs_100k", [c.cpu for c in many], [c.cpu for c in few], "s CPU", must=1.15)
    yield of_groups(
        "parked_1m_vs_100k_buffers",
        [float(c.buffers) for c in many],
        [float(c.buffers) for c in few],
        "buffers",
        must=1.15,
    )


def _park(six: Six, first: int, last: int) -> None:
    run(sql(PARK, **_known(six), first=first, last=last))


def _moves(meter: Meter, six: Six, done: int) -> list[Cost]:
    return [_move(meter, six, done + i) for i in range(1, TIMES + 2)][1:]


def _move(meter: Meter, six: Six, number: int) -> Cost:
    """The same 10,000 accounts again, to a value that they do not have."""
    run(sql(MAKE_DUE, **_known(six), number=number, due=DUE))
    run(Sql("UPDATE accounts_account SET custom = '{}' WHERE custom <> '{}'"))
    world.settle("journeys_entry", "accounts_account", "accounts_personscore", "journeys_visit")
    return meter.cost(lambda: engine.move_all(events=False))


def _known(six: Six) -> dict[str, object]:
    return {
        "journey": six.journey.pk,
        "version": six.journey.version_id,
        "node": six.nodes["wait"],
        "now": NOW,
    }
