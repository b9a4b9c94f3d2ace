"""A worker is killed with a batch on record, and then accounts of it are deleted: the rest goes on, all adds up."""

from __future__ import annotations

import pytest

from accounts.models import Account
from accounts.services import accounts
from journeys.engine import liveness
from journeys.engine.verify import verify
from journeys.models import Batch, Entry, EntryFailure
from tests.faults import world
from tests.faults.processes import Host, others_are_gone, poll
from tests.faults.threads import Gate, Together, held, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
N = 12


@pytest.mark.parametrize("kind", ["account_audience", "take_action", "wait"])
@pytest.mark.parametrize("deleted", [1, N // 2, N])
def test_a_killed_worker_leaves_nothing_that_does_not_add_up(kind: str, deleted: int, host: Host) -> None:
    here = world.make(N)
    here.stand_at(kind)
    assert host.ask("move", at="after:claim", now=here.now.isoformat())["signal"] == 9
    poll(others_are_gone, what="the end of the killed worker's backend")
    assert Batch.objects.exists()

    goes = list(Account.objects.order_by("pk").values_list("pk", flat=True)[:deleted])
    assert accounts.delete(goes, by=None) == deleted

    assert verify() == {}
    here.to_the_end()
    assert verify() == {}
    assert liveness.asleep() == 0
    assert not Batch.objects.exists()
    assert not EntryFailure.objects.exists()
    found = list(Entry.objects.values_list("status", flat=True))
    assert found == [Entry.Status.COMPLETED] * (N - deleted)


def test_a_deletion_waits_for_the_batch_that_has_the_account() -> None:
    here, gate = world.make(N), Gate("before:commit")
    here.stand_at("wait")
    goes = list(Account.objects.order_by("pk").values_list("pk", flat=True)[:3])
    with Together() as threads:
        threads.start(here.worker(fail=gate).move_due)
        with held(gate):
            deleting = threads.start(accounts.delete, goes, by=None)
            somebody_waits()
    assert deleting.result() == 3
    assert verify() == {}
    here.to_the_end()
    assert verify() == {}
    assert Entry.objects.filter(status=Entry.Status.COMPLETED).count() == N - 3
    assert not Batch.objects.exists()
