"""A worker that stands still (SIGSTOP) holds nobody up for long, and does no harm when it goes on."""

from __future__ import annotations

import pytest

from journeys import services
from journeys.engine import liveness
from journeys.engine.verify import verify
from journeys.models import Batch, Entry
from tests.faults import world
from tests.faults.processes import Host, others_are_gone, poll

pytestmark = pytest.mark.django_db(transaction=True)

IDLE = 0.5


@pytest.fixture
def here() -> world.World:
    here = world.make()
    here.stand_at("account_audience")
    return here


@pytest.mark.parametrize("point", ["before:claim", "after:claim", "after:take_action", "before:commit"])
class TestAStoppedWorker:
    def test_does_not_keep_others_from_its_entries(self, here: world.World, host: Host, point: str) -> None:
        pid = host.ask("stop", at=point, now=here.now.isoformat(), idle=IDLE)["pid"]
        poll(lambda: here.worker().move_due().entries, what="a batch that the other one had")
        assert host.ask("go_on", pid=pid) == {"code": 0}
        here.to_the_end()
        assert not Entry.objects.filter(status=Entry.Status.ACTIVE).exists()
        assert verify() == {}
        assert not Batch.objects.exists()

    def test_that_goes_on_at_once_has_lost_nothing(self, here: world.World, host: Host, point: str) -> None:
        pid = host.ask("stop", at=point, now=here.now.isoformat(), idle=30)["pid"]
        assert liveness.asleep() == 0
        assert host.ask("go_on", pid=pid) == {"code": 0}
        assert Entry.objects.filter(node__key="rest").count() == 12
        assert verify() == {}


class TestAbort:
    def test_comes_through_a_stopped_worker_that_has_the_fence(self, here: world.World, host: Host) -> None:
        pid = host.ask("stop", at="before:commit", now=here.now.isoformat(), idle=IDLE)["pid"]
        services.abort(here.journey, by=None, now=here.now, interface="command")
        assert host.ask("go_on", pid=pid) == {"code": 0}
        assert set(Entry.objects.values_list("node__key", "visit")) == {("start", 1)}
        poll(others_are_gone, what="the end of the worker")
