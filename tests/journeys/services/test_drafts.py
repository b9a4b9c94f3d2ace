from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.errors import Conflict, Stale
from accounts.findings import Invalid
from journeys import services
from journeys.document.files import map_of
from journeys.models import Journey
from tests.factories import JourneyFactory
from tests.factories.journeys import in_status, publish

Said = dict[str, Any]
pytestmark = pytest.mark.django_db


def fresh(journey: Journey) -> Journey:
    return Journey.objects.get(pk=journey.pk)


def pointers(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in error.value.findings]


class TestCreate:
    def test_opens_a_draft_with_an_empty_start(self, said: Said, now: datetime, settings: Any) -> None:
        journey = services.create(name="  Welcome ", description=" Who? ", **said)

        assert (journey.name, journey.description, journey.status) == ("Welcome", "Who?", "draft")
        assert (journey.created_by, journey.created_at, journey.updated_by) == (said["by"], now, said["by"])
        assert journey.time_zone == settings.JOURNEY_TIME_ZONE
        assert map_of(journey) == [{"key": "start", "kind": "account_audience", "next": None}]
        assert [(record.what, record.by, record.interface) for record in journey.history.all()] == [
            ("created", said["by"], "admin")
        ]

    @pytest.mark.parametrize(
        "name", ["", "   ", "x" * 201, None, 5, "a\x00b", "a\ud800", "\u200b", "a\u202eb"]
    )
    def test_needs_a_name(self, said: Said, name: Any) -> None:
        with pytest.raises(Invalid) as error:
            services.create(name=name, **said)

        assert error.value.findings[0].pointer == "/name"

    @pytest.mark.parametrize("name", ["grüße", "GRÜSSE"[:3] + "ÜSSE"[1:], " Grüße "])
    def test_a_name_is_taken_in_whatever_letters(self, said: Said, name: str) -> None:
        services.create(name="GRÜßE" if "ß" in name else "grüsse", **said)

        with pytest.raises(Invalid) as error:
            services.create(name=name, **said)

        assert pointers(error) == [("taken", "/name")]

    @pytest.mark.parametrize("name", ["Cafe\u0301 One", "CAFÉ  one", "Café\u200b\xa0One"])
    def test_a_name_is_taken_however_it_is_written(self, said: Said, name: str) -> None:
        assert services.create(name="Café  One", **said).name == "Café One"

        with pytest.raises(Invalid) as error:
            services.create(name=name, **said)

        assert pointers(error) == [("taken", "/name")]
        with pytest.raises(Invalid) as error:
            services.duplicate(Journey.objects.get(), name=name, **said)
        assert pointers(error) == [("taken", "/name")]

    def test_further_settings(self, said: Said) -> None:
        journey = services.create(
            name="New", settings={"time_zone": "Europe/Berlin", "end": "2027-06-30T22:00:00Z"}, **said
        )

        assert (journey.time_zone, journey.ends_at) == (
            "Europe/Berlin",
            datetime(2027, 6, 30, 22, tzinfo=UTC),
        )
        with pytest.raises(Invalid) as error:
            services.create(name="Other", settings={"status": "live"}, **said)
        assert pointers(error) == [("unknown_field", "/status")]

    def test_a_permission_is_needed(self, by_somebody_with: Any) -> None:
        with pytest.raises(PermissionDenied):
            services.create(name="New", **by_somebody_with("change_journey"))


class TestEdit:
    def test_changes_what_is_given(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory(name="Old")
        changes = {
            "name": "New",
            "re_entry": {"enabled": True, "entry_limit": 5},
            "start": now,
            "email_deduplication": True,
        }

        edited = services.edit(journey, changes=changes, **said)

        assert (edited.name, edited.re_entry_enabled, edited.re_entry_limit, edited.re_entry_delay) == (
            "New",
            True,
            5,
            1,
        )
        assert (edited.starts_at, edited.email_deduplication, edited.updated_at) == (now, True, now)
        record = edited.history.get()
        assert record.what == "edited"
        assert record.detail["changes"]["name"] == ["Old", "New"]

    def test_keeps_parts_of_re_entry_that_are_not_given(self, said: Said) -> None:
        journey = JourneyFactory(re_entry_enabled=True, re_entry_delay=7, re_entry_delay_unit="hours")

        edited = services.edit(journey, changes={"re_entry": {"enabled": False}}, **said)

        assert (edited.re_entry_enabled, edited.re_entry_delay, edited.re_entry_delay_unit) == (
            False,
            7,
            "hours",
        )

    def test_an_empty_start_is_immediately(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory(starts_at=now)

        assert services.edit(journey, changes={"start": "immediately"}, **said).starts_at is None

    def test_refuses_what_is_wrong_and_changes_nothing(self, said: Said) -> None:
        journey = JourneyFactory(name="Old")

        with pytest.raises(Invalid) as error:
            services.edit(
                journey, changes={"name": "New", "time_zone": "Mars", "colour": "red", "re_entry": 5}, **said
            )

        assert sorted(pointers(error)) == [
            ("unknown_field", "/colour"),
            ("unknown_zone", "/time_zone"),
            ("wrong_type", "/re_entry"),
        ]
        assert fresh(journey).name == "Old"

    def test_a_published_one_keeps_its_settings(self, said: Said, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now)

        with pytest.raises(Conflict) as error:
            services.edit(journey, changes={"name": "New", "description": "New"}, **said)

        assert error.value.code == "not_editable"
        assert error.value.allowed == ["close", "abort", "duplicate", "change_end"]

    def test_who_saw_an_older_one_is_told(self, said: Said, now: datetime) -> None:
        journey = JourneyFactory()
        seen = journey.updated_at
        services.edit(journey, changes={"description": "One"}, unchanged_since=seen, **said)

        with pytest.raises(Stale):
            services.edit(journey, changes={"description": "Two"}, unchanged_since=seen, **said)

    def test_a_permission_is_needed_but_first_the_status(self, by_somebody_with: Any, now: datetime) -> None:
        told = by_somebody_with("publish_journey")
        with pytest.raises(PermissionDenied):
            services.edit(JourneyFactory(), changes={"name": "New"}, **told)
        with pytest.raises(Conflict):
            services.edit(publish(JourneyFactory(), now=now), changes={"description": "New"}, **told)

    def test_a_deleted_one_is_not_there(self, said: Said) -> None:
        journey = JourneyFactory()
        services.delete(journey, **said)

        with pytest.raises(Journey.DoesNotExist):
            services.rename(journey, name="New", **said)


class TestRename:
    def test_in_every_status(self, said: Said, now: datetime) -> None:
        for status in Journey.Status.values:
            journey = services.rename(in_status(status, now=now), name=f"New {status}", **said)

            assert (journey.name, journey.status) == (f"New {status}", status)
            assert journey.history.latest("pk").what == "renamed"

    def test_to_a_taken_name(self, said: Said) -> None:
        JourneyFactory(name="Taken")

        with pytest.raises(Invalid) as error:
            services.rename(JourneyFactory(), name="TAKEN", **said)

        assert pointers(error) == [("taken", "/name")]
        assert str(error.value) == "A journey named “Taken” exists."

    def test_to_its_own_name_in_other_letters(self, said: Said) -> None:
        assert services.rename(JourneyFactory(name="welcome"), name="Welcome", **said).name == "Welcome"


class TestChangeEnd:
    def test_of_a_live_one(self, said: Said, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now)
        end = datetime(2030, 3, 1, 9, tzinfo=UTC)

        assert services.change_end(journey, end=end, **said).ends_at == end
        assert journey.history.latest("pk").what == "end_changed"

    @pytest.mark.parametrize(
        ("end", "code"),
        [
            (None, "missing"),
            (datetime(2027, 3, 1, 9, tzinfo=UTC), "in_the_past"),
            (datetime(2030, 3, 1, 9, 0, 1, tzinfo=UTC), "too_late"),
            ("soon", "wrong_type"),
        ],
    )
    def test_to_what_cannot_be(self, said: Said, now: datetime, end: Any, code: str) -> None:
        with pytest.raises(Invalid) as error:
            services.change_end(publish(JourneyFactory(), now=now), end=end, **said)

        assert pointers(error) == [(code, "/end")]

    def test_to_none_says_what_a_published_one_needs(self, said: Said, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now, start=now + timedelta(days=5))

        with pytest.raises(Invalid, match="published journey has one; give another"):
            services.change_end(journey, end=None, **said)

    def test_before_the_start_of_a_scheduled_one(self, said: Said, now: datetime) -> None:
        journey = publish(JourneyFactory(), now=now, start=now + timedelta(days=5))

        with pytest.raises(Invalid) as error:
            services.change_end(journey, end=now + timedelta(days=5), **said)

        assert pointers(error) == [("before_start", "/end")]
