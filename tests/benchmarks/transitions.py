"""The main figures: what a transition costs through the engine, beside the same by hand, in alternation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.sql import row, sql
from tests.benchmarks import engine, limit, own_schema, world
from tests.benchmarks.figures import Figure, of_pairs
from tests.benchmarks.meter import Cost, Meter

OWN, LIMIT, TUNED, OFF, ON = "own_schema", "limit", "tuned_limit", "events_off", "events_on"
# The engine's runs stand next to those that they are compared with; every other round goes the other way.
ORDER = (TUNED, LIMIT, OFF, OWN, ON)
# Rounds that have a run of the tuned limit, which nothing must be held to.
TUNED_ROUNDS = 2
# What the engine asks of the planner (journeys/engine/guard.py). The limit is also measured with it, `own_schema`
# only so; the limit as it is given in the spec knows nothing of it.
STOCK, ASKED = "4", "0.2"


@dataclass(frozen=True)
class Run:
    """One run: CPU in microseconds and bytes of WAL for each transition, and what came of it."""

    cpu: float
    wal: float
    per_second: float
    result: tuple[str, int]


def measure(meter: Meter, *, rounds: int, name: str = "", say: Callable[[str], None]) -> Iterator[Figure]:
    """Figures of so many rounds and one to warm up; `name` is put behind the figures' names."""
    kept: list[dict[str, Run]] = []
    for i in range(rounds + 1):
        kinds = ORDER if i <= TUNED_ROUNDS else ORDER[1:]
        in_turn = kinds if i % 2 else reversed(kinds)
        runs = {kind: _run(meter, kind, f"{name} {i}", compare=not i) for kind in in_turn}
        _same_result(runs)
        say(f"  round {i or '(warm-up)'}: " + ", ".join(f"{kind} {runs[kind].cpu:.1f} µs" for kind in kinds))
        kept += [runs] if i else []
    yield from _figures(kept, name)


def _run(meter: Meter, kind: str, value: str, *, compare: bool) -> Run:
    """`compare`: read all that came of it, too (seconds at 100,000 accounts: in the warm-up round only)."""
    if kind in (LIMIT, TUNED):
        limit.start_over()
        _plan(STOCK if kind == LIMIT else ASKED)
        cost = meter.cost(lambda: limit.move_all(value))
        return _of(cost, world.number("SELECT count(*) FROM limit_visit"), ("", 0))
    six = world.publish(f"{kind}{value}")
    world.start_over(six)
    before = world.score_sum()
    _plan(ASKED)
    moves = {
        OWN: lambda: own_schema.move_all(six),
        OFF: lambda: engine.move_all(events=False),
        ON: lambda: engine.move_all(events=True),
    }
    cost = meter.cost(moves[kind])
    result = world.result(six) if compare else str(world.transitions())
    return _of(cost, world.transitions(), (result, world.score_sum() - before))


def _plan(random_page_cost: str) -> None:
    row(sql("SELECT set_config('random_page_cost', {cost}, false)", cost=random_page_cost))


def _of(cost: Cost, transitions: int, result: tuple[str, int]) -> Run:
    return Run(cost.cpu / transitions * 1e6, cost.wal / transitions, transitions / cost.wall, result)


def _same_result(runs: dict[str, Run]) -> None:
    """The engine and the hand-written SQL have written the same."""
    if len({runs[kind].result for kind in (OWN, OFF, ON)}) != 1:
        raise AssertionError(f"The results differ: {runs}")


NO_EVENTS = {"note": "the reference records no events"}
# What a median may be against the references, and a single pair.
CPU_LIMITS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (OFF, OWN, {"must": 1.5, "pair_must": 2.5}),
    (ON, OWN, {"must": 2.0, "pair_must": 3.0, **NO_EVENTS}),
    (OFF, LIMIT, {"goal": 1.5, "must": 2.0}),
    (ON, LIMIT, {"goal": 2.0, "must": 2.5, **NO_EVENTS}),
    (OFF, TUNED, {}),
    (ON, TUNED, NO_EVENTS),
)
WAL_LIMITS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (OFF, OWN, {"must": 1.4}),
    (ON, OWN, {"must": 1.8}),
    (OFF, LIMIT, {}),
    (ON, LIMIT, {}),
)


def _figures(kept: list[dict[str, Run]], name: str) -> Iterator[Figure]:
    """The limits are for the full size only: at 10,000 a run is too short to judge."""
    for kind, reference, limits in CPU_LIMITS:
        pairs = [(runs[kind].cpu, runs[reference].cpu) for runs in kept if reference in runs]
        held = {} if name else limits
        yield of_pairs(f"transition_{kind}_vs_{reference}{name}", pairs, "µs CPU", **held)
    for kind, reference, limits in WAL_LIMITS:
        pairs = [(runs[kind].wal, runs[reference].wal) for runs in kept]
        held = {} if name else limits
        yield of_pairs(f"wal_{kind}_vs_{reference}{name}", pairs, "bytes", **held)
    for kind in (OFF, ON):
        pairs = [(runs[kind].per_second, runs[OWN].per_second) for runs in kept]
        yield of_pairs(f"transitions_per_second_{kind}{name}", pairs, "1/s")
