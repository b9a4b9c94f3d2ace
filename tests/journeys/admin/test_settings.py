"""Fields of a draft, the end of what is under way, the name in every status."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from journeys import services
from journeys.models import Journey
from tests.factories import JourneyFactory, UserFactory
from tests.factories.journeys import in_status

pytestmark = pytest.mark.django_db


WALL = "%Y-%m-%dT%H:%M"


def soon(days: int = 30) -> str:
    return f"{timezone.now() + timedelta(days=days):{WALL}}"


class TestFields:
    def test_settings_of_a_draft(self, client, to):
        journey = JourneyFactory()
        given = {"description": "New", "start_when": "later", "start_at": "2030-07-01T09:00", "end": "2030-08-01T09:00",
                 "time_zone": "Europe/Berlin", "seen": journey.updated_at.isoformat()}  # fmt: skip

        assert client.post(to("settings", journey), given).status_code == 302

        after = Journey.objects.get(pk=journey.pk)
        assert (after.description, after.starts_at.isoformat()) == ("New", "2030-07-01T07:00:00+00:00")

    def test_a_zone_that_names_no_place_stays(self, client, to):
        journey = JourneyFactory(time_zone="Japan")
        page = client.get(to("settings", journey)).content.decode()
        given = {"description": "New", "start_when": "immediately", "time_zone": "Japan"}

        assert '<option value="Japan" selected>' in page
        assert client.post(to("settings", journey), given).status_code == 302
        assert Journey.objects.get(pk=journey.pk).time_zone == "Japan"

    def test_a_later_save_of_somebody_else_is_not_overwritten(self, client, to):
        journey = JourneyFactory()
        services.edit(
            journey, changes={"description": "Theirs"}, by=None, now=timezone.now(), interface="api"
        )
        by = UserFactory(username="ben.ortiz")
        Journey.objects.filter(pk=journey.pk).update(updated_at=timezone.now(), updated_by=by)
        given = {
            "description": "Mine",
            "start_when": "immediately",
            "time_zone": "UTC",
            "seen": journey.updated_at.isoformat(),
        }

        answer = client.post(to("settings", journey), given)

        assert answer.status_code == 412
        assert Journey.objects.get(pk=journey.pk).description == "Theirs"
        assert ("Description", "Theirs") in answer.context["newer"].values
        page = answer.content.decode()
        assert "ben.ortiz saved it at <time" in page
        assert "Save anyway" in page

        anyway = {**given, "end": soon(), "anyway": answer.context["newer"].mark}
        assert client.post(to("settings", journey), anyway).status_code == 302
        assert Journey.objects.get(pk=journey.pk).description == "Mine"

    def test_nonsense_in_the_place_of_what_was_seen_is_refused(self, client, to):
        given = {"start_when": "immediately", "time_zone": "UTC", "seen": "2020-99-99"}
        assert client.post(to("settings", JourneyFactory()), given).status_code == 412

    def test_only_the_end_of_a_live_one(self, client, to):
        journey = in_status("live", now=timezone.now())

        assert list(client.get(to("settings", journey)).context["form"].fields) == ["end"]
        assert client.post(to("settings", journey), {"end": "2001-01-01T00:00"}).status_code == 400
        assert client.post(to("settings", journey), {"end": soon(60), "description": "x"}).status_code == 302

        assert Journey.objects.get(pk=journey.pk).description == ""

    def test_re_entry_and_deduplication(self, client, to):
        journey = JourneyFactory()
        given = {
            "enabled": "on",
            "timing": "from_start",
            "delay_value": "3",
            "delay_unit": "hours",
            "entry_limit": "5",
        }

        client.post(to("re_entry", journey), given)
        client.post(to("deduplication", journey), {"email_deduplication": "on"})

        after = Journey.objects.get(pk=journey.pk)
        assert (after.re_entry_enabled, after.re_entry_delay, after.re_entry_delay_unit) == (True, 3, "hours")
        assert after.email_deduplication

    @pytest.mark.parametrize(
        "wrong", [{"delay_value": "0"}, {"entry_limit": "-1"}, {"timing": "x"}, {"delay_value": "9" * 30}]
    )
    def test_re_entry_refuses_at_the_field(self, client, to, wrong: dict[str, str]):
        given = {"timing": "from_end", "delay_value": "1", "delay_unit": "days", "entry_limit": "2", **wrong}
        answer = client.post(to("re_entry", JourneyFactory()), given)

        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.context["form"].errors

    @pytest.mark.parametrize("status", Journey.Status.values)
    def test_the_name_is_edited_in_every_status(self, client, to, status: str):
        journey = in_status(status, now=timezone.now())

        answer = client.post(to("rename", journey), {"name": "Renamed", "back": to("history", journey)})

        assert answer["Location"] == to("history", journey)
        assert Journey.objects.get(pk=journey.pk).name == "Renamed"

    def test_renaming_leads_nowhere_else_and_refuses_in_words(self, client, to):
        JourneyFactory(name="Taken")
        journey = JourneyFactory(name="Mine")

        answer = client.post(
            to("rename", journey), {"name": "TAKEN", "back": "https://elsewhere.example/"}, follow=True
        )

        assert answer.redirect_chain == [(to("change", journey), 302)]
        assert "exists" in str(next(iter(answer.context["messages"])))
        assert client.get(to("rename", journey)).status_code == 405
