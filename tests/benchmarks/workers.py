"""Memory of a worker process, and what a second one adds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import world
from tests.benchmarks.figures import Figure, of_pairs
from tests.benchmarks.mover import run_together

MEGABYTE = 1024 * 1024
PAIRS = 2


def memory(accounts: int) -> Iterator[Figure]:
    """Peak memory of one worker over all entries against that after ten full batches."""
    world.start_over(world.publish("memory"))
    [told] = run_together(1)
    note = "" if accounts >= 1_000_000 else f"at {told['entries']:,} entries; N=1000000 for the million"
    after_ten = told["after_ten"] or told["peak"]
    yield Figure(
        "memory_1m_vs_ten_batches", told["peak"] / MEGABYTE, "MB", after_ten / MEGABYTE, told["peak"] / after_ten,
        must=1.1, note=note,
    )  # fmt: skip


def second() -> Iterator[Figure]:
    """Transitions a second of two workers against one, in pairs."""
    pairs = [(_throughput(2, i), _throughput(1, i)) for i in range(PAIRS)]
    yield of_pairs(
        "second_worker_throughput", pairs, "1/s", floor=1.6, note="wall time; needs two cores to itself"
    )


def _throughput(count: int, i: int) -> float:
    world.start_over(world.publish(f"{count} workers {i}"))
    told = run_together(count)
    return sum(one["visits"] for one in told) / max(one["seconds"] for one in told)
