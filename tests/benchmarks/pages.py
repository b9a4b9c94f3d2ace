"""`make bench-pages`: how long every page and answer of a named list takes on a large world (spec 6.1), and how many queries.

A million accounts, three million people, 100,000 journeys, one of them with a million entries; each address is asked 20 times, warm,
in one process: middleware, views, templates. Prints a table, slowest first, and writes var/pages.json.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from tests.benchmarks import boot

RESULT = boot.ROOT / "var" / "pages.json"
VAR = boot.ROOT / "var" / "pages"
TIMES = 20
# Whoever takes so long, in seconds, is asked three times only.
ENOUGH = 3.0
MUST = 300.0


@dataclass(frozen=True)
class Took:
    """What an address took: milliseconds, of CPU (ours and the database's), in statements; queries, the status, kilobytes."""

    name: str
    url: str
    p95: float
    median: float
    cpu: float
    sql: float
    queries: int
    status: int
    size: int

    @property
    def is_slow(self) -> bool:
        return self.p95 > MUST or self.status >= 400


def main() -> int:
    asked = _arguments()
    _prepare(asked)
    from tests.benchmarks import pages_places, pages_urls, pages_world  # noqa: PLC0415 - after Django is set up

    viewer = pages_world.viewer()
    pages = [page for page in pages_urls.named(pages_places.find(viewer)) if re.search(asked.only, page.name)]
    client = _client(viewer)
    took = sorted((_measure(client, page, asked.times) for page in pages), key=lambda took: -took.p95)
    grown = [] if asked.only else list(_grown(client))
    _report(took, grown)
    if not (asked.keep or asked.again):
        boot.drop()
    return 1 if grown or any(one.is_slow for one in took) else 0


def _prepare(asked: argparse.Namespace) -> None:
    """Django on a world that is new, or on the one that was kept, brought up to date."""
    os.environ.setdefault("BENCH_VAR", str(VAR))
    os.environ["API_RATE"] = ""
    boot.boot(fresh=not asked.again)
    from django.core.management import call_command  # noqa: PLC0415

    from tests.benchmarks import pages_groups, pages_world  # noqa: PLC0415

    if asked.again:
        call_command("migrate", verbosity=0)
        if not pages_groups.is_there():
            pages_world.add_groups(say)
            pages_world.settle()
    else:
        pages_world.make(pages_world.SMALL if asked.small else pages_world.FULL, say)
    pages_world.show_all_columns()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages", description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="a small world, to see whether everything answers"
    )
    parser.add_argument("--keep", action="store_true", help="leave the world for --again")
    parser.add_argument("--again", action="store_true", help="the world that --keep left")
    parser.add_argument("--times", type=int, default=TIMES, help="requests of each address (20)")
    parser.add_argument("--only", default="", help="addresses whose name fits this regular expression")
    return parser.parse_args()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _client(viewer: Any) -> Any:
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(viewer, backend="config.auth.Backend")
    return client


def _measure(client: Any, page: Any, times: int) -> Took:
    """One address: warmed, its queries counted once, then timed."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    first = _timed(client, page.url)[0]
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.url)
        queries = len(captured)
    times, before = times if first < ENOUGH * 1000 else min(3, times), _cpu()
    took = [_timed(client, page.url) for _ in range(times)]
    cpu, whole = (_cpu() - before) / times, sorted(ms for ms, _ in took)
    return Took(
        page.name, page.url, p95=round(whole[-(-95 * times // 100) - 1], 1), median=round(median(whole), 1), cpu=round(cpu, 1),
        sql=round(median(ms for _, ms in took), 1), queries=queries, status=answer.status_code,
        size=len(b"".join(answer)) // 1024,
    )  # fmt: skip


def _timed(client: Any, url: str) -> tuple[float, float]:
    """Milliseconds of one request, and of its statements; nothing is answered out of a cache (the quick search has one)."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    cache.clear()
    spent = 0.0

    def watch(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal spent
        began = perf_counter()
        try:
            return execute(*args)
        finally:
            spent += perf_counter() - began

    with connection.execute_wrapper(watch):
        began = perf_counter()
        client.get(url)
        whole = perf_counter() - began
    return whole * 1000, spent * 1000


def _cpu() -> float:
    """Milliseconds that this process and its database connection have worked, whatever else the machine did meanwhile."""
    from django.db import connection  # noqa: PLC0415

    backend = connection.connection.info.backend_pid
    return process_time() * 1000 + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e6


def _grown(client: Any) -> Iterator[str]:
    """Lists that send more queries for 1,000 rows of a page (500 in the API) than for 10."""
    from tests.benchmarks import pages_rows  # noqa: PLC0415

    for name, few, many in pages_rows.compared(client):
        if many > few:
            yield f"{name}: {few} queries for 10 rows, {many} for many"


def _report(took: list[Took], grown: list[str]) -> None:
    say(f"{'':46} {'p95 ms':>8} {'median':>8} {'CPU':>8} {'SQL':>8} {'queries':>8} {'KB':>6}")
    for one in took:
        mark = f"  HTTP {one.status}" if one.status >= 400 else "  SLOW" if one.is_slow else ""
        say(
            f"{one.name[:46]:46} {one.p95:8.1f} {one.median:8.1f} {one.cpu:8.1f} {one.sql:8.1f} {one.queries:8} {one.size:6}{mark}"
        )
    slow = sum(one.is_slow for one in took)
    say(f"{len(took)} addresses, {slow} over {MUST:.0f} ms or refused")
    say("\n".join(grown) or "As many queries for 1,000 rows as for 10.")
    RESULT.parent.mkdir(exist_ok=True)
    Path(RESULT).write_text(json.dumps({"pages": [asdict(one) for one in took], "grown": grown}, indent=1))


if __name__ == "__main__":
    raise SystemExit(main())
