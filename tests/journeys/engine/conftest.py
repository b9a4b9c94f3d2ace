from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from actions.base import Batch, Outcome
from actions.kinds.change_score import ChangeScore
from journeys.engine import liveness
from journeys.engine.verify import verify
from tests.journeys.engine.curse import Curse
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


@pytest.fixture
def curse(monkeypatch: pytest.MonkeyPatch) -> Curse:
    """*Change Score* fails for those whom the test curses."""
    curse, run = Curse(), ChangeScore.run

    def cursed(self: ChangeScore, batch: Batch, settings: Mapping[str, Any]) -> Outcome:
        outcome = run(self, batch, settings)
        curse(batch)
        return outcome

    monkeypatch.setattr(ChangeScore, "run", cursed)
    return curse
