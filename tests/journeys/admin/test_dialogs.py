"""What the dialogs do when they are answered, and how they say what the services refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from journeys.models import EngineState, HistoryRecord, Journey
from tests.factories import JourneyFactory
from tests.factories.journeys import in_status, simple_map

pytestmark = pytest.mark.django_db
WALL = "%Y-%m-%dT%H:%M"


def soon(days: int = 30) -> str:
    return f"{timezone.now() + timedelta(days=days):{WALL}}"


def confirmation(days: int = 30) -> dict[str, Any]:
    return {"confirm": "1", "start": "", "end": (timezone.now() + timedelta(days=days)).isoformat()}


class TestPublish:
    def test_goes_by_review_forecast_and_confirmation(self, client, to):
        journey = JourneyFactory()
        given = {"start_when": "immediately", "end": soon(), "time_zone": "Europe/Berlin"}

        reviewed = client.post(to("publish", journey), given)
        page = client.get(reviewed["Location"])
        form = {name: page.context[name] for name in ("start", "end", "revision")}
        done = client.post(to("publish", journey), {"confirm": "1", **form})

        assert "Forecast" in page.content.decode()
        assert done["Location"] == to("change", journey)
        after = Journey.objects.get(pk=journey.pk)
        assert (after.status, after.time_zone) == ("live", "Europe/Berlin")
        record = HistoryRecord.objects.get(journey=journey, what="published")
        assert (record.interface, record.by.username) == ("admin", "root")

    def test_a_start_in_the_future_schedules(self, client, to):
        journey = JourneyFactory()
        given = {"start_when": "later", "start_at": soon(2), "end": soon(), "time_zone": "UTC"}

        page = client.get(client.post(to("publish", journey), given)["Location"])
        client.post(
            to("publish", journey),
            {"confirm": "1", "start": page.context["start"], "end": page.context["end"]},
        )

        assert Journey.objects.get(pk=journey.pk).status == "scheduled"

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"start_when": "immediately", "time_zone": "UTC"}, "end"),
            ({"start_when": "immediately", "end": "2001-01-01T00:00", "time_zone": "UTC"}, "end"),
            ({"start_when": "immediately", "end": "nonsense", "time_zone": "UTC"}, "end"),
            ({"start_when": "immediately", "end": "0001-01-01T00:00", "time_zone": "UTC"}, "end"),
            (
                {"start_when": "immediately", "end": "9999-12-31T23:59", "time_zone": "Pacific/Auckland"},
                "end",
            ),
            ({"start_when": "immediately", "end": "2199-12-31T23:59", "time_zone": "UTC"}, "end"),
            ({"start_when": "later", "end": soon(), "time_zone": "UTC"}, "start_at"),
            (
                {"start_when": "later", "start_at": "2001-01-01T00:00", "end": soon(), "time_zone": "UTC"},
                "start_at",
            ),
            ({"start_when": "immediately", "end": soon(), "time_zone": "Mars/Crater"}, "time_zone"),
            ({"start_when": "sometime", "end": soon(), "time_zone": "UTC"}, "start_when"),
        ],
    )
    def test_the_review_refuses_at_the_field(self, client, to, given: dict[str, Any], field: str):
        journey = JourneyFactory()

        answer = client.post(to("publish", journey), given)

        assert answer.status_code == 400
        assert field in answer.context["form"].errors
        assert Journey.objects.get(pk=journey.pk).status == "draft"

    def test_problems_are_listed_and_refuse(self, client, to):
        journey = JourneyFactory(nodes=[{"key": "start", "kind": "account_audience", "next": None}])

        answer = client.post(to("publish", journey), confirmation())

        assert answer.status_code == 422
        assert "choose an account list or an audience" in answer.content.decode()

    @pytest.mark.parametrize("zone", ["Japan", "EST5EDT", "Etc/GMT-5"])
    def test_a_zone_that_names_no_place_stays(self, client, to, zone):
        journey = JourneyFactory(time_zone=zone)
        page = client.get(to("publish", journey)).content.decode()
        given = {"start_when": "immediately", "end": soon(), "time_zone": zone}

        assert f'<option value="{zone}" selected>' in page
        assert client.post(to("publish", journey), given).status_code == 302
        assert Journey.objects.get(pk=journey.pk).time_zone == zone

    def test_a_map_that_was_changed_since_the_review_is_not_published(self, client, to):
        journey = JourneyFactory()

        answer = client.post(to("publish", journey), {**confirmation(), "revision": "99"})

        assert answer.status_code == 412
        assert Journey.objects.get(pk=journey.pk).status == "draft"

    def test_a_confirmation_without_an_end_is_refused(self, client, to):
        assert (
            client.post(
                to("publish", JourneyFactory()), {"confirm": "1", "start": "x", "end": "y"}
            ).status_code
            == 400
        )


class TestWhatTheStatusDoesNotAllow:
    POSTS = {
        "publish": confirmation(), "close": {}, "abort": {}, "delete": {}, "hold": {"because": "x"}, "release": {},
        "settings": {"end": soon()},
        "re_entry": {"timing": "from_end", "delay_value": 1, "delay_unit": "days", "entry_limit": 2},
        "deduplication": {"email_deduplication": "on"},
    }  # fmt: skip
    REFUSED = {
        "publish": ("scheduled", "live", "closed", "aborted", "finished"),
        "close": ("draft", "scheduled", "closed", "aborted", "finished"),
        "abort": ("draft", "aborted", "finished"),
        "delete": ("scheduled", "live", "closed"),
        "hold": ("aborted", "finished"),
        "release": ("draft", "live"),
        "settings": ("aborted", "finished"),
        "re_entry": ("scheduled", "live", "closed", "aborted", "finished"),
        "deduplication": ("live", "finished"),
    }

    @pytest.mark.parametrize(("name", "status"), [(n, s) for n, several in REFUSED.items() for s in several])
    def test_is_refused_in_words(self, client, to, name: str, status: str):
        journey = in_status(status, now=timezone.now())
        before = Journey.objects.values().get(pk=journey.pk)

        answer = client.post(to(name, journey), self.POSTS[name])

        assert answer.status_code == 409
        assert f"“{journey.name}” is" in answer.content.decode()
        assert Journey.objects.values().get(pk=journey.pk) == before


class TestEnding:
    def test_abort_says_how_many_and_who_points_here(self, client, to, now):
        journey = in_status("live", now=timezone.now(), name="Target")
        action = {"key": "add", "kind": "take_action", "on": "accounts", "action": "add_account_to_journey",
                  "settings": {"journey": "Target"}, "next": None}  # fmt: skip
        JourneyFactory(name="Points here", nodes=[{**simple_map("x")[0], "next": "add"}, action])

        page = client.get(to("abort", journey)).content.decode()

        assert "for good" in page
        assert "Points here" in page

    def test_a_deleted_journey_leaves_the_list(self, client, to):
        journey = JourneyFactory()

        answer = client.post(to("delete", journey))

        assert answer["Location"] == to("changelist")
        assert Journey.objects.get(pk=journey.pk).deleted_at is not None

    def test_hold_needs_a_reason_and_release_takes_it_away(self, client, to):
        journey = in_status("live", now=timezone.now())

        assert client.post(to("hold", journey), {"because": " "}).status_code == 400
        client.post(to("hold", journey), {"because": "The prices are wrong"})
        assert "The prices are wrong" in client.get(to("change", journey)).content.decode()
        client.post(to("release", journey))

        assert Journey.objects.get(pk=journey.pk).held_at is None

    def test_the_whole_engine_is_held_and_released(self, client, client_with, to):
        assert client_with("hold_journey").get(to("engine")).status_code == 403
        assert client.post(to("engine"), {"because": ""}).status_code == 400

        client.post(to("engine"), {"because": "Maintenance"})
        assert EngineState.objects.get().held_because == "Maintenance"
        assert "Maintenance" in client.get("/admin/").content.decode()
        client.post(to("engine"), {"release": "1"})

        assert EngineState.objects.get().held_at is None
        assert client.post(to("engine"), {"release": "1"}).status_code == 302  # somebody was faster


def test_every_form_is_protected_against_forgery(admin_user, to):
    client, journey = Client(enforce_csrf_checks=True), in_status("live", now=timezone.now())
    client.force_login(admin_user)
    for name in ("close", "abort", "duplicate", "rename", "hold"):
        assert client.post(to(name, journey), {"name": "x"}).status_code == 403
    assert Journey.objects.get(pk=journey.pk).status == "live"
