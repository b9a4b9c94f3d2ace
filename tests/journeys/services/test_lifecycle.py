from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict
from accounts.findings import Invalid
from journeys import services
from journeys.models import Journey, MapVersion
from tests.factories import JourneyFactory
from tests.factories.journeys import in_status, publish

Said = dict[str, Any]
pytestmark = pytest.mark.django_db


def fresh(journey: Journey) -> Journey:
    return Journey.objects.get(pk=journey.pk)


class TestPublish:
    def test_now(self, said: Said, now: datetime) -> None:
        journey = services.publish(JourneyFactory(), end=now + timedelta(days=30), **said)

        assert (journey.status, journey.published_at, journey.published_by) == ("live", now, said["by"])
        assert (journey.started_at, journey.starts_at, journey.mode) == (now, None, "continuous")
        assert (journey.updated_at, journey.updated_by) == (now, said["by"])
        assert fresh(journey).version.nodes.count() == 2
        record = journey.history.get()
        assert (record.what, record.detail) == (
            "published",
            {"start": "immediately", "end": "2027-03-31T09:00:00Z"},
        )

    def test_later(self, said: Said, now: datetime) -> None:
        start = now + timedelta(hours=1)

        journey = services.publish(JourneyFactory(), start=start, end=now + timedelta(days=30), **said)

        assert (journey.status, journey.starts_at, journey.started_at) == ("scheduled", start, None)
        assert journey.published_at == now

    def test_with_the_dates_of_the_draft(self, said: Said, now: datetime) -> None:
        draft = JourneyFactory(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))

        assert services.publish(draft, **said).status == "scheduled"

    def test_immediately_in_the_place_of_the_drafts_start(self, said: Said, now: datetime) -> None:
        draft = JourneyFactory(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))

        journey = services.publish(draft, start="immediately", **said)

        assert (journey.status, journey.starts_at) == ("live", None)

    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [
            (None, None, [("missing", "/end")]),
            (None, "2027-03-01T09:00:00Z", [("in_the_past", "/end")]),
            (None, "2030-03-01T09:00:01Z", [("too_late", "/end")]),
            ("2027-03-01T08:59:59Z", "2027-04-01T00:00:00Z", [("in_the_past", "/start")]),
            ("2027-05-01T00:00:00Z", "2027-05-01T00:00:00Z", [("before_start", "/end")]),
            ("2027-05-01T00:00:00Z", "2030-05-01T00:00:01Z", [("too_late", "/end")]),
            ("2027-02-01T00:00:00Z", None, [("in_the_past", "/start"), ("missing", "/end")]),
            ("soon", 5, [("wrong_type", "/start"), ("wrong_type", "/end")]),
        ],
    )
    def test_refuses_wrong_dates(
        self, said: Said, start: Any, end: Any, found: list[tuple[str, str]]
    ) -> None:
        journey = JourneyFactory()

        with pytest.raises(Invalid) as error:
            services.publish(journey, start=start, end=end, **said)

        assert [(finding.code, finding.pointer) for finding in error.value.findings] == found
        assert (fresh(journey).status, MapVersion.objects.count()) == ("draft", 0)

    def test_three_years_to_the_second(self, said: Said) -> None:
        services.publish(JourneyFactory(), end="2030-03-01T09:00:00Z", **said)
        services.publish(JourneyFactory(), start="2028-02-29T00:00:00Z", end="2031-02-28T00:00:00Z", **said)

    def test_with_problems(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory(nodes=[])

        with pytest.raises(services.CannotPublish) as error:
            services.publish(journey, end=now + timedelta(days=1), **said)

        assert [problem.code for problem in error.value.problems] == ["no_audience"]
        assert fresh(journey).status == "draft"

    def test_the_status_comes_before_the_permission(self, by_somebody_with: Any, now: datetime) -> None:
        told, end = by_somebody_with("change_journey"), now + timedelta(days=1)
        with pytest.raises(PermissionDenied):
            services.publish(JourneyFactory(), end=end, **told)
        with pytest.raises(Conflict):
            services.publish(in_status("live", now=now), end=end, **told)
        services.publish(JourneyFactory(), end=end, **by_somebody_with("publish_journey"))

    def test_an_old_instance_does_no_harm(self, said: Said, now: datetime) -> None:
        draft = JourneyFactory()
        publish(draft, now=now)
        services.abort(draft, **said)

        with pytest.raises(Conflict):
            services.publish(draft, end=now + timedelta(days=1), **said)
        assert fresh(draft).status == "aborted"


class TestStart:
    def test_at_its_time(self, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now, start=now + timedelta(days=1))

        assert not services.start(journey, now=now + timedelta(hours=23))
        assert services.start(journey, now=now + timedelta(days=1))
        assert not services.start(journey, now=now + timedelta(days=1))
        started = fresh(journey)
        assert (started.status, started.started_at, started.updated_at) == (
            "live",
            now + timedelta(days=1),
            journey.updated_at,
        )
        record = started.history.latest("pk")
        assert (record.what, record.by, record.interface, record.detail) == ("started", None, "system", {})

    def test_late_and_says_so(self, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now, start=now + timedelta(days=1))

        services.start(journey, now=now + timedelta(days=1, hours=2))

        assert journey.history.latest("pk").detail == {"late_by_seconds": 7200}


class TestClose:
    def test_by_staff(self, said: Said, now: datetime) -> None:
        journey = services.close(in_status("live", now=now), **said)

        assert (fresh(journey).status, fresh(journey).updated_by) == ("closed", said["by"])
        assert journey.history.latest("pk").what == "closed"

    def test_by_itself_at_the_end(self, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now, days=30)

        assert not services.close_at_end(journey, now=now + timedelta(days=29))
        assert services.close_at_end(journey, now=now + timedelta(days=30))
        assert not services.close_at_end(journey, now=now + timedelta(days=30))
        assert journey.history.latest("pk").detail == {"because": "end"}

    def test_a_permission_is_needed(self, by_somebody_with: Any, now: datetime) -> None:
        with pytest.raises(PermissionDenied):
            services.close(in_status("live", now=now), **by_somebody_with("abort_journey"))


class TestAbort:
    @pytest.mark.parametrize("status", ["scheduled", "live", "closed"])
    def test_is_for_good(self, said: Said, now: datetime, status: str) -> None:
        journey = services.abort(in_status(status, now=now), **said)

        assert (fresh(journey).status, fresh(journey).ended_at, fresh(journey).swept_at) == (
            "aborted",
            now,
            None,
        )
        assert journey.version.references.count() == 0
        assert not services.start(journey, now=datetime(2028, 1, 1, tzinfo=UTC))

    def test_a_permission_of_its_own_is_needed(self, by_somebody_with: Any, now: datetime) -> None:
        journey = in_status("live", now=now)
        with pytest.raises(PermissionDenied):
            services.abort(journey, **by_somebody_with("publish_journey"))
        services.abort(journey, **by_somebody_with("abort_journey"))


class TestFinish:
    def test_asks_under_the_fence(self, now: datetime) -> None:
        journey = in_status("closed", now=now)

        assert not services.finish(journey, now=now, may=lambda id_: id_ != journey.pk)
        assert services.finish(journey, now=now)
        assert not services.finish(journey, now=now)
        finished = fresh(journey)
        assert (finished.status, finished.ended_at, finished.updated_at) == (
            "finished",
            now,
            journey.updated_at,
        )
        assert finished.version.references.count() == 0

    def test_a_live_one_read_once_that_nobody_entered_stays(self, now: datetime) -> None:
        assert not services.finish(in_status("live", now=now), now=now)
