from __future__ import annotations

import pytest

from journeys.engine import admit
from tests.factories import AccountFactory
from tests.journeys.engine.test_admit import resting
from tests.journeys.engine.tools import Clock, Engine, inside

pytestmark = pytest.mark.django_db


class TestWhoMayBeAdmittedTo:
    @pytest.mark.parametrize("status", ["scheduled", "closed", "aborted", "finished"])
    def test_only_a_live_journey_lets_accounts_in(self, engine: Engine, status: str) -> None:
        AccountFactory()
        journey = resting(status=status)
        assert admit.open_journeys() == []
        assert engine.admit(journey) == 0
        assert inside(journey) == []

    def test_a_held_journey_lets_nobody_in(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        journey = resting(held_at=clock.now)
        assert admit.open_journeys() == []
        assert engine.admit(journey) == 0

    def test_a_journey_of_a_newer_version_lets_nobody_in(self, engine: Engine) -> None:
        AccountFactory()
        resting(engine=99)
        assert admit.open_journeys() == []

    def test_a_deleted_journey_lets_nobody_in(self, engine: Engine, clock: Clock) -> None:
        AccountFactory()
        journey = resting(deleted_at=clock.now)
        assert admit.open_journeys() == []
        assert engine.admit(journey) == 0
