from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.processes import Host, deadlocks, others_are_gone, poll


@pytest.fixture(scope="session")
def _host(django_db_setup: None) -> Iterator[list[Host]]:
    """One a session, made when the first test needs it: the database has its name by then."""
    hosts: list[Host] = []
    yield hosts
    for host in hosts:
        host.close()


@pytest.fixture
def host(_host: list[Host], transactional_db: None) -> Host:
    if not _host:
        _host.append(Host())
    return _host[0]


@pytest.fixture(autouse=True)
def no_deadlock(transactional_db: None) -> Iterator[None]:
    """No test of faults may run into a deadlock, even if the engine got over it."""
    before = deadlocks()
    yield
    poll(others_are_gone, what="the end of all other connections")
    assert deadlocks() == before
