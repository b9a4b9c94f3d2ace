"""The loop of `manage.py run_engine` as a process: what it does beside the moves, and its end."""

from __future__ import annotations

import os
import signal

import pytest

from buying_groups.models import BuyingGroup, JobRun
from tests.faults.groups_world import WORLDS
from tests.faults.processes import Host, poll

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_keeps_buying_groups_beside_the_moves_and_ends_when_asked(host: Host) -> None:
    asked = WORLDS["creation"]()
    pid = host.ask("engine", size=50, idle=10, pause=0.02)["pid"]

    poll(
        lambda: JobRun.objects.filter(pk=asked.pk, status=JobRun.Status.DONE).exists(),
        what="the end of the run",
    )
    os.kill(pid, signal.SIGTERM)

    ended: dict[int, int] = {}
    poll(lambda: ended.update(host.ask("reap")["ended"]) or ended, what="the worker's end")
    assert ended == {pid: 0}
    assert BuyingGroup.objects.exists()
