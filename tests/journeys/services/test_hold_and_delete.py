from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict
from accounts.findings import Invalid
from journeys import services
from journeys.document.files import map_of
from journeys.engine import purge
from journeys.engine.state import stand
from journeys.models import EngineState, Journey
from journeys.validation import find_problems
from tests.factories import AccountListFactory, JourneyFactory
from tests.factories.journeys import in_status, publish, simple_map

Said = dict[str, Any]
pytestmark = pytest.mark.django_db


class TestHold:
    def test_says_who_when_and_why(self, said: Said, now: datetime) -> None:
        journey = in_status("live", now=now)

        held = services.hold(journey, because=" Wrong list ", **said)

        assert (held.held_at, held.held_by, held.held_because, held.status) == (
            now,
            said["by"],
            "Wrong list",
            "live",
        )
        assert not stand(journey.pk).may_move
        assert journey.history.latest("pk").detail == {"because": "Wrong list"}
        with pytest.raises(Conflict):
            services.hold(journey, because="Again", **said)

    def test_is_released(self, said: Said, now: datetime) -> None:
        journey = services.hold(in_status("live", now=now), because="Wrong list", **said)

        released = services.release(journey, **said)

        assert (released.held_at, released.held_by, released.held_because) == (None, None, "")
        assert stand(journey.pk).may_move
        with pytest.raises(Conflict):
            services.release(journey, **said)

    @pytest.mark.parametrize("because", ["", "  ", "x" * 501, None])
    def test_needs_a_reason(self, said: Said, now: datetime, because: Any) -> None:
        with pytest.raises(Invalid) as error:
            services.hold(in_status("live", now=now), because=because, **said)

        assert [finding.pointer for finding in error.value.findings] == ["/because"]

    @pytest.mark.parametrize("status", ["draft", "aborted", "finished"])
    def test_only_of_a_published_one(self, said: Said, now: datetime, status: str) -> None:
        with pytest.raises(Conflict) as refused:
            services.hold(in_status(status, now=now), because="Late", **said)

        assert refused.value.code == "not_published"
        assert "Only a scheduled, live or closed journey can be held." in refused.value.message

    def test_a_permission_is_needed(self, by_somebody_with: Any, now: datetime) -> None:
        told = by_somebody_with("publish_journey")
        with pytest.raises(PermissionDenied):
            services.hold(in_status("live", now=now), because="x", **told)


class TestHoldEngine:
    def test_stops_every_journey_until_it_is_released(self, said: Said, now: datetime) -> None:
        journey = in_status("live", now=now)

        services.hold_engine(because="Restored", by=said["by"], now=now)
        assert not stand(journey.pk).may_move
        with pytest.raises(Conflict):
            services.hold_engine(because="Again", by=said["by"], now=now)

        services.release_engine(by=said["by"], now=now)
        assert stand(journey.pk).may_move
        assert EngineState.objects.get().held_because == ""

    def test_the_permission_of_one_journey_is_not_enough(self, by_somebody_with: Any, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            services.hold_engine(because="x", by=by_somebody_with("hold_journey")["by"], now=now)


class TestDelete:
    @pytest.mark.parametrize("status", ["draft", "aborted", "finished"])
    def test_frees_the_name_at_once(self, said: Said, now: datetime, status: str) -> None:
        journey = in_status(status, now=now, name="Welcome")

        services.delete(journey, **said)

        assert Journey.objects.get(pk=journey.pk).deleted_at == now
        assert not Journey.objects.present().filter(pk=journey.pk).exists()
        services.create(name="WELCOME", **said)

    def test_a_permission_is_needed(self, by_somebody_with: Any) -> None:
        with pytest.raises(PermissionDenied):
            services.delete(JourneyFactory(), **by_somebody_with("change_journey"))


class TestPointingHere:
    def test_names_drafts_scheduled_and_live_ones(self, said: Said, now: datetime) -> None:
        target = in_status("live", now=now)
        pointing = {status: _pointing(target, action, status, now) for status, action in ACTIONS.items()}
        JourneyFactory()

        assert list(services.pointing_here(target)) == sorted(
            (pointing[status] for status in ("draft", "scheduled", "live")), key=lambda journey: journey.name
        )
        services.delete(pointing["draft"], **said)
        assert len(services.pointing_here(target)) == 2

    def test_names_drafts_that_were_saved_before_there_was_such_a_journey(
        self, said: Said, now: datetime
    ) -> None:
        draft = _naming(" WELCOME  back ÄÖ")
        target = in_status("live", now=now, name="Welcome back äö")

        assert list(services.pointing_here(target)) == [draft]
        assert not find_problems(draft, now=now)
        services.save_map(draft, nodes=[map_of(draft)[0] | {"next": None}], **said)
        assert not services.pointing_here(target)

    def test_names_drafts_when_a_journey_has_come_again_under_its_name(
        self, said: Said, now: datetime
    ) -> None:
        former = in_status("aborted", now=now, name="Welcome")
        draft = _naming("welcome")
        services.delete(former, **said)
        target = in_status("live", now=now, name="WELCOME")
        assert list(services.pointing_here(target)) == [draft]

        purge.purge_deleted(size=100)

        assert list(services.pointing_here(target)) == [draft]

    def test_does_not_take_the_one_for_another_that_had_its_name_before(
        self, said: Said, now: datetime
    ) -> None:
        meant = in_status("live", now=now, name="Welcome")
        draft = _naming("Welcome")
        services.rename(meant, name="Other", **said)
        namesake = in_status("live", now=now, name="Welcome")

        assert list(services.pointing_here(meant)) == [draft]
        assert not services.pointing_here(namesake)

    def test_of_several_names_each_once_and_none_that_points_only_to_itself(
        self, said: Said, now: datetime
    ) -> None:
        one, other = (in_status("live", now=now, name=name) for name in ("One", "Other"))
        to_one = _pointing(one, "add_account_to_journey", "live", now)
        to_both = _naming("Other")
        start, act = _nodes("One", "remove_account_from_journey")
        then = _nodes("Other", "add_account_to_journey")[1] | {"key": "then"}
        services.save_map(to_both, nodes=[start, act | {"next": "then"}, then], **said)
        itself: Journey = JourneyFactory(name="Itself", nodes=_nodes("Itself", "add_account_to_journey"))

        assert list(services.pointing_at([one, other])) == sorted((to_one, to_both), key=lambda one: one.name)
        assert list(services.pointing_at([itself])) == []
        assert list(services.pointing_at([])) == []

    def test_a_name_longer_than_any_journey_points_nowhere(self) -> None:
        _naming("x" * 5_000)
        assert not services.pointing_here(JourneyFactory(name="x" * 200))


ACTIONS = {
    "draft": "add_account_to_journey",
    "scheduled": "remove_account_from_journey",
    "live": "add_account_to_journey",
    "closed": "add_account_to_journey",
    "aborted": "add_account_to_journey",
}


def _pointing(target: Journey, action: str, status: str, now: datetime) -> Journey:
    return in_status(status, now=now, name=f"P {status}", nodes=_nodes(target.name, action))


def _naming(name: str) -> Journey:
    """A draft that names a journey."""
    return JourneyFactory(nodes=_nodes(name, "add_account_to_journey"))


def _nodes(journey: str, action: str) -> list[dict[str, Any]]:
    start = simple_map(AccountListFactory().name)[0]
    node = {
        "key": "act",
        "kind": "take_action",
        "on": "accounts",
        "action": action,
        "settings": {"journey": journey},
    }
    return [start | {"next": "act"}, node]


def test_no_service_touches_a_journey_beside_its_own(said: Said, now: datetime) -> None:
    other = publish(JourneyFactory(), now=now)
    services.abort(publish(JourneyFactory(), now=now), **said)

    assert Journey.objects.get(pk=other.pk).status == "live"
    assert other.version.references.count() == 1
