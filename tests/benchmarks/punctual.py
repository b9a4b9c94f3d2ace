"""How long somebody who is due waits to be moved: 100,000 of them due in one minute, one `run_engine` (spec 5.4)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from accounts.sql import Sql, row, run, sql
from tests.benchmarks import world
from tests.benchmarks.figures import Figure

# Seconds: until the first are due, over how long all of them become due, and what may pass at most.
LEAD, SPAN, PROMISED = 5, 60, 2.0
PATIENCE = LEAD + SPAN + 60
LOOP = (
    "from tests.benchmarks import boot; boot.boot(fresh=False);"
    " from django.core.management import call_command; call_command('run_engine')"
)


def measure() -> Iterator[Figure]:
    """The longest that anybody was seen to be overdue, looking ten times a second."""
    run(Sql("UPDATE journeys_journey SET status = 'finished' WHERE status = 'live'"))
    six = world.publish("punctual")
    world.start_over(six)
    run(sql(
        "UPDATE journeys_entry SET node_id = {node}, visit = 2,"
        " due_at = clock_timestamp() + {lead} * interval '1 second' + random() * {span} * interval '1 second'",
        node=six.nodes["wait"], lead=LEAD, span=SPAN,
    ))  # fmt: skip
    world.settle("journeys_entry")
    engine = subprocess.Popen([sys.executable, "-c", LOOP], cwd=Path(__file__).parents[2])
    try:
        longest = _longest()
    finally:
        engine.terminate()
        engine.wait()
    yield Figure(
        "due_longest_wait", longest, "s", PROMISED, longest / PROMISED, goal=1.0,
        note=f"{world.transitions():,} moves in {SPAN} s",
    )  # fmt: skip


def _longest() -> float:
    end, longest, waiting = monotonic() + PATIENCE, 0.0, True
    while waiting and monotonic() < end:
        found = row(Sql(
            "SELECT extract(epoch FROM clock_timestamp() - min(due_at))::float FROM journeys_entry WHERE status = 1"
        ))  # fmt: skip
        waiting = found is not None and found[0] is not None
        longest = max(longest, found[0]) if waiting and found else longest
        sleep(0.1)
    return longest
