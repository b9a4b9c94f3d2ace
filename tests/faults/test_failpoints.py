"""A fault at every named point, with the entries at every kind of node: what remains is as if there had been none.

Three faults: an exception, a connection that is cut, and a process that is killed (SIGKILL, for real).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from accounts.models import Event, ListMember, PersonScore
from journeys.engine import liveness
from journeys.engine.verify import verify
from journeys.models import Batch, CounterDelta, EntryFailure, NodeTrouble, Visit
from tests.faults import world
from tests.faults.conftest import empty
from tests.faults.processes import Host, others_are_gone, poll

pytestmark = pytest.mark.django_db(transaction=True)


def points(kind: str) -> list[str]:
    return ["before:claim", "after:claim", f"before:{kind}", f"after:{kind}", "before:commit", "after:commit"]


EVERYWHERE = [(kind, point) for kind in world.KINDS for point in points(kind)]


@cache
def without_fault(kind: str) -> dict[str, Any]:
    """What the same entries come to when nothing happens; reckoned once a kind, in a world of its own."""
    here = world.make()
    here.stand_at(kind)
    here.to_the_end()
    found = world.outcome()
    empty()
    return found


class Once:
    """A fault at the first time that a point is reached."""

    def __init__(self, point: str, fault: Callable[[], None]) -> None:
        self.point, self.fault, self.hit = point, fault, False

    def __call__(self, point: str) -> None:
        if point == self.point and not self.hit:
            self.hit = True
            self.fault()


def raise_error() -> None:
    raise RuntimeError("a fault of the test")


def cut_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def assert_as_if_nothing_had_happened(here: world.World, kind: str) -> None:
    here.to_the_end()
    assert world.outcome() == without_fault(kind)
    assert verify() == {}
    assert liveness.asleep() == 0
    for model in (Batch, EntryFailure, NodeTrouble):
        assert not model.objects.exists(), model


@pytest.fixture
def here(request: pytest.FixtureRequest, _django_db_helper: None) -> world.World:
    kind = request.node.callspec.params["kind"]
    without_fault(kind)
    assert world.is_empty()
    here = world.make()
    here.stand_at(kind)
    return here


@pytest.mark.parametrize(("kind", "point"), EVERYWHERE)
class TestAFault:
    def test_that_raises_changes_nothing(self, here: world.World, kind: str, point: str) -> None:
        fault = Once(point, raise_error)
        here.worker(fail=fault).move_due()
        assert fault.hit
        assert_as_if_nothing_had_happened(here, kind)

    def test_that_cuts_the_connection_changes_nothing(self, here: world.World, kind: str, point: str) -> None:
        fault = Once(point, cut_connection)
        here.worker(fail=fault).move_due()
        assert fault.hit
        assert_as_if_nothing_had_happened(here, kind)

    def test_that_kills_the_process_changes_nothing(
        self, here: world.World, kind: str, point: str, host: Host
    ) -> None:
        assert host.ask("move", at=point, now=here.now.isoformat())["signal"] == 9
        poll(others_are_gone, what="the end of the killed worker's backend")
        assert liveness.asleep() == 0
        assert_as_if_nothing_had_happened(here, kind)


class TestTheseTests:
    @pytest.mark.parametrize("model", [Event, PersonScore, ListMember, Visit, CounterDelta])
    def test_see_when_one_row_is_missing(self, model: type[Model]) -> None:
        expected = without_fault("wait")
        here = world.make()
        here.stand_at("wait")
        here.to_the_end()
        assert world.outcome() == expected
        model._default_manager.filter(pk=model._default_manager.first().pk).delete()  # type: ignore[union-attr]
        assert world.outcome() != expected
