"""A worker in a process of its own, for its memory and for two at once: `python -m tests.benchmarks.mover`.

Says "ready", waits for a line, moves all that is due, and says what it took as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Any

BATCHES = 10


def main() -> int:
    from tests.benchmarks import boot  # noqa: PLC0415 - Django comes after the environment

    boot.boot(fresh=False)
    from tests.benchmarks.engine import SteadyWorker  # noqa: PLC0415
    from tests.benchmarks.world import BATCH, clock  # noqa: PLC0415

    asked, after_ten = 0, 0

    def note() -> bool:
        """Called between batches; never asks to stop."""
        nonlocal asked, after_ten
        if asked == BATCHES:
            after_ten = peak_memory()
        asked += 1
        return False

    worker = SteadyWorker(clock=clock, size=BATCH)
    say("ready")
    sys.stdin.readline()
    began = monotonic()
    moved = worker.move_due(until=note)
    say(json.dumps({
        "entries": moved.entries, "visits": moved.visits, "seconds": monotonic() - began, "after_ten": after_ten,
        "peak": peak_memory(),
    }))  # fmt: skip
    return 0


def peak_memory() -> int:
    """The most memory that this process has had, in bytes (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run_together(count: int) -> list[dict[str, Any]]:
    """Start so many movers, let them go at the same moment, and collect what they say."""
    command = [sys.executable, "-m", "tests.benchmarks.mover"]
    movers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(count)
    ]
    for mover in movers:
        _said(mover)
    for mover in movers:
        assert mover.stdin is not None
        mover.stdin.write("go\n")
        mover.stdin.flush()
    told = [json.loads(_said(mover)) for mover in movers]
    for mover in movers:
        mover.wait()
    return told


def _said(mover: subprocess.Popen[str]) -> str:
    assert mover.stdout is not None
    if line := mover.stdout.readline():
        return line
    raise RuntimeError(f"A worker ended with {mover.wait()} before it was done.")


if __name__ == "__main__":
    raise SystemExit(main())
