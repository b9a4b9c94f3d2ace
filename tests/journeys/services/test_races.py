"""Two at once, in transactions of their own: one winner, and for the other a plain refusal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from journeys import services
from journeys.document.files import map_of
from journeys.engine import fence
from journeys.models import HistoryRecord, Journey, MapVersion
from tests.factories import JourneyFactory
from tests.factories.journeys import in_status

COMMAND = HistoryRecord.Interface.COMMAND
pytestmark = pytest.mark.usefixtures("_committed")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls together; what each returned, or the exception that it raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def said(now: datetime) -> dict[str, Any]:
    return {"by": None, "now": now, "interface": COMMAND}


def errors(results: list[Any]) -> list[type]:
    return [type(result) for result in results if isinstance(result, Exception)]


def test_publish_with_publish_has_one_winner(now: datetime) -> None:
    for _ in range(5):
        journey, end = JourneyFactory(), now + timedelta(days=9)

        results = at_once(*[lambda j=journey, end=end: services.publish(j, end=end, **said(now))] * 3)

        assert errors(results) == [Conflict, Conflict]
        assert MapVersion.objects.filter(journey=journey).count() == 1
        assert journey.history.count() == 1


def test_abort_with_close(now: datetime) -> None:
    for _ in range(5):
        journey = in_status("live", now=now)

        results = at_once(
            lambda j=journey: services.abort(j, **said(now)), lambda j=journey: services.close(j, **said(now))
        )

        assert errors(results) in ([], [Conflict])  # closed and then aborted, or aborted at once
        assert Journey.objects.get(pk=journey.pk).status == "aborted"


def test_rename_with_finish_loses_neither(now: datetime) -> None:
    for n in range(5):
        journey = in_status("closed", now=now)

        results = at_once(
            lambda j=journey, n=n: services.rename(j, name=f"Renamed {n}", **said(now)),
            lambda j=journey: services.finish(j, now=now),
        )

        assert errors(results) == []
        after = Journey.objects.get(pk=journey.pk)
        assert (after.name, after.status) == (f"Renamed {n}", "finished")


def test_two_journeys_of_one_name(now: datetime) -> None:
    results = at_once(
        lambda: services.create(name="Welcome", **said(now)),
        lambda: services.create(name="WELCOME", **said(now)),
    )

    assert errors(results) == [Invalid]
    assert Journey.objects.count() == 1


def test_two_duplicates_get_two_names(now: datetime) -> None:
    journey = JourneyFactory(name="a")

    results = at_once(*[lambda: services.duplicate(journey, **said(now))] * 4)

    assert errors(results) == []
    assert {copy.name for copy in results} == {"a_copy", "a_copy2", "a_copy3", "a_copy4"}


def test_two_saves_of_one_revision(now: datetime) -> None:
    journey = JourneyFactory()
    nodes = map_of(journey)

    results = at_once(
        lambda: services.save_map(journey, nodes=[], revision=1, **said(now)),
        lambda: services.save_map(
            journey, nodes=nodes[:1] and [nodes[0] | {"next": None}], revision=1, **said(now)
        ),
    )

    assert errors(results) == [Stale]


def test_a_save_cannot_follow_the_publishing_of_another(now: datetime) -> None:
    for _ in range(5):
        journey = JourneyFactory()

        at_once(
            lambda j=journey: services.publish(j, end=now + timedelta(days=9), **said(now)),
            lambda j=journey: services.save_map(j, nodes=[], **said(now)),
        )

        after = Journey.objects.get(pk=journey.pk)
        assert after.status == "draft" or after.version.nodes.count() == len(after.draft.nodes) == 2


def test_abort_waits_for_a_batch_that_is_moving_and_rename_does_not(now: datetime) -> None:
    journey = in_status("live", now=now)
    order: list[str] = []

    def moving() -> None:
        with transaction.atomic():
            assert fence.try_shared(fence.MOVING, [journey.pk])
            inside.wait(10)
            renamed.wait(10)
            order.append("batch")

    def renaming() -> None:
        inside.wait(10)
        services.rename(journey, name="Renamed", **said(now))
        order.append("rename")
        renamed.wait(10)

    def aborting() -> None:
        inside.wait(10)
        services.abort(journey, **said(now))
        order.append("abort")

    inside, renamed = Barrier(3), Barrier(2)
    assert errors(at_once(moving, renaming, aborting)) == []
    assert order == ["rename", "batch", "abort"]
