from __future__ import annotations

from collections.abc import Iterator

import pytest

from journeys.engine import liveness
from journeys.engine.verify import verify
from tests.journeys.engine.tools import Clock, Engine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    return Engine(clock)


@pytest.fixture(autouse=True)
def everything_adds_up(request: pytest.FixtureRequest, db: None) -> Iterator[None]:
    """After each of these tests every counter equals its list, and nobody sleeps. Opt out: `broken_on_purpose`."""
    yield
    if "broken_on_purpose" not in request.fixturenames:
        assert verify() == {}
        assert liveness.asleep() == 0


@pytest.fixture
def broken_on_purpose() -> None:
    """The test leaves rows behind that do not add up."""
