"""What is looked at grows with the batch, not with the table (docs/benchmarks.md, Plans decide).

The planner's plans are read, not times: a scan of a big table has a condition on an index, or it reads everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.demo import volume
from accounts.sql import run, sql
from journeys.engine import ready
from journeys.engine.worker import due_journeys
from journeys.models import Journey
from tests.factories import CustomAttributeFactory, ScoreFactory
from tests.factories.maps import action, condition, merge, publish_map, split, start, wait
from tests.journeys.engine.tools import Clock, Engine

pytestmark = pytest.mark.django_db

BIG = {
    "accounts_account",
    "accounts_person",
    "accounts_accountperson",
    "accounts_personscore",
    "journeys_entry",
}
LARGE = condition("account.employees", "at_least", 100)


@pytest.fixture
def crowded(engine: Engine) -> Journey:
    """Ten thousand accounts inside one journey."""
    score = ScoreFactory(name="fit")
    CustomAttributeFactory(name="segment")
    volume.fill(10_000, people_each=1)
    run(sql(
        "INSERT INTO accounts_personscore (person_id, score_id, value) SELECT id, {score}, 0 FROM accounts_person",
        score=score.pk,
    ))  # fmt: skip
    journey = publish_map(
        start(), split("size", ("large", LARGE, "value"), other="end"),
        action("value", "account_change_data_value", attribute="account.custom.segment", value="large"),
        action("score", "change_score", score="fit", change="+5"), merge("end"),
    )  # fmt: skip
    engine.admit(journey)
    _analyze()
    return journey


def test_a_batch_reads_no_big_table_as_a_whole(crowded: Journey, clock: Clock, engine: Engine) -> None:
    engine.worker.size = 500
    version = crowded.version_id
    assert version is not None
    assert list(_read_as_a_whole(lambda: engine.worker.move_batch(crowded.pk, version))) == []


def test_a_look_for_what_is_due_reads_no_entries_as_a_whole(crowded: Journey, clock: Clock) -> None:
    """One journey has nearly all entries, and is due; the others have none."""
    for _ in range(3):
        publish_map(start(), wait("rest", days=1))
    assert list(_read_as_a_whole(lambda: due_journeys(clock.now))) == []


def test_a_look_for_who_is_through_reads_no_entries_as_a_whole(crowded: Journey) -> None:
    for _ in range(3):
        publish_map(start(mode="once"), wait("rest", days=1))
    assert list(_read_as_a_whole(ready.to_finish)) == []


def _analyze() -> None:
    with connection.cursor() as cursor:
        for table in sorted(BIG):
            cursor.execute(f"ANALYZE {table}")


def _read_as_a_whole(work: Callable[[], object]) -> Iterator[tuple[str, str]]:
    """Big tables that a statement of this work goes through from end to end, with the statement."""
    with CaptureQueriesContext(connection) as captured:
        work()
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if not query["sql"].startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                continue
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"))
            plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            yield from ((table, query["sql"][:200]) for table in _scans(plan[0]["Plan"]))


def _scans(plan: dict[str, Any]) -> Iterator[str]:
    kind, table = plan["Node Type"], plan.get("Relation Name")
    # A bitmap's conditions stand with the index below it.
    if table in BIG and "Scan" in kind and kind != "Bitmap Heap Scan" and "Index Cond" not in plan:
        yield f"{table}: {kind}"
    for part in plan.get("Plans", ()):
        yield from _scans(part)
