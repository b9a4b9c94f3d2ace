"""`make bench`: prints a table, writes var/bench.json, and exits 1 when a must is missed (docs/benchmarks.md)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

from tests.benchmarks import boot
from tests.benchmarks.figures import Figure, table, write

RESULT = boot.ROOT / "var" / "bench.json"
SMALL = 10_000
PARTS = ["small", "transitions", "workers", "admission", "changed", "parked", "groups"]
# Only when it is asked for: more than a minute of waiting, and the whole stays under ten.
APART = ["punctual"]


def main() -> int:
    asked = _arguments()
    began = monotonic()
    data = boot.boot(fresh=True)
    try:
        figures = list(_measure(data, asked))
    finally:
        boot.drop()
    write(figures, RESULT)
    say(table(figures))
    missed = [figure.name for figure in figures if figure.missed]
    say(
        f"{monotonic() - began:.0f} s; {RESULT.relative_to(boot.ROOT)}"
        + (f"; MISSED: {', '.join(missed)}" if missed else "")
    )
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="accounts (100,000)")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of each sort (7)")
    parser.add_argument("--only", default="", help=f"parts by name: {', '.join(PARTS + APART)}")
    return parser.parse_args()


def _measure(data: Path, asked: argparse.Namespace) -> Iterator[Figure]:
    from tests.benchmarks import buying_groups  # noqa: PLC0415
    from tests.benchmarks.meter import Meter  # noqa: PLC0415

    meter = Meter(data)
    wanted = asked.only.split(",") if asked.only else PARTS
    if set(wanted) - {"groups"}:
        yield from _engine(meter, asked, wanted)
    if "groups" in wanted:
        # Last: it has people of its own in the place of the world's.
        yield from buying_groups.measure(meter, asked.n, say=say)


def _engine(meter: Any, asked: argparse.Namespace, wanted: list[str]) -> Iterator[Figure]:
    from tests.benchmarks import admission, limit, parked, punctual, transitions, workers, world  # noqa: PLC0415

    world.people_the_world(min(SMALL, asked.n))
    limit.make()
    if "small" in wanted and asked.n > SMALL:
        say(f"{SMALL:,} accounts")
        yield from transitions.measure(meter, rounds=min(3, asked.rounds), name="_10k", say=say)
    if asked.n > SMALL:
        world.more_people(asked.n - SMALL)
        limit.make()
    say(f"{asked.n:,} accounts")
    if "transitions" in wanted:
        yield from transitions.measure(meter, rounds=asked.rounds, say=say)
    limit.drop()
    if "workers" in wanted:
        say("worker processes")
        yield from workers.memory(asked.n)
        yield from workers.second()
    if "punctual" in wanted:
        say("all due within a minute")
        yield from punctual.measure()
    if "admission" in wanted:
        say("admission")
        yield from admission.rate(meter, asked.n)
    if "changed" in wanted:
        say("admission of what changed")
        yield from admission.changed(meter, asked.n)
    if "parked" in wanted:
        say("parked entries")
        yield from parked.measure(meter)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
