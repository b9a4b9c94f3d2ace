"""What was done with a journey, in words that people use."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.html import strip_tags

from journeys import services
from journeys.models import HistoryRecord, Journey
from tests.factories import JourneyFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def journey() -> Journey:
    return JourneyFactory(name="Plan", time_zone="Europe/Berlin")


def lines(client: Any, to: Any, journey: Journey) -> list[list[str]]:
    rows = client.get(to("history", journey)).context["rows"]
    return [[html.unescape(strip_tags(detail)) for detail in row["details"]] for row in rows]


def record(journey: Journey, what: str, **detail: Any) -> None:
    HistoryRecord.objects.create(journey=journey, at=NOW, interface="admin", what=what, detail=detail)


@pytest.mark.parametrize(
    ("type", "said"),
    [("without_details", "without details"), ("partial_content", "partial content")],
)
def test_names_copies_and_how_they_were_made(client, to, journey, type: str, said: str):
    made = {"by": None, "now": NOW, "interface": "api", "type": type, "description": ""}
    copy = services.duplicate(journey, name="Plan <b>", **made)

    assert lines(client, to, journey)[0] == ["copy: Plan <b>", f"type: {said}"]
    assert lines(client, to, copy)[0] == ["copy of: Plan", f"type: {said}"]
    page = client.get(to("history", journey)).content.decode()
    assert f'href="{to("change", copy)}"' in page
    assert "Plan &lt;b&gt;" in page

    services.delete(copy, by=None, now=NOW, interface="api")
    assert lines(client, to, journey)[0][0] == "copy: a deleted journey"


def test_says_moments_by_the_clocks_of_the_journey(client, to, journey):
    record(journey, "published", start="immediately", end="2027-11-22T06:22:41.440396Z")
    record(journey, "end_changed", changes={"end": [None, "2027-06-30T22:00:00Z"]})

    assert lines(client, to, journey) == [
        ["end: – → 1 Jul 2027, 00:00"],
        ["start: immediately", "end: 22 Nov 2027, 07:22"],
    ]
    page = client.get(to("history", journey)).content.decode()
    assert "When (Europe/Berlin)" in page
    assert "1 Mar 2027, 10:00:00" in page


def test_says_choices_by_their_names(client, to, journey):
    before = {"enabled": False, "timing": "from_end", "delay": {"value": 1, "unit": "days"}, "entry_limit": 2}
    after = {**before, "enabled": True, "timing": "from_start"}
    record(journey, "edited", changes={"re_entry": [before, after]})
    record(journey, "closed", because="end")
    record(journey, "held", because="end of the month")

    held, closed, edited = lines(client, to, journey)

    assert (held, closed) == (["because: end of the month"], ["because: its end date has come"])
    [said] = edited
    assert said == (
        "re-entry: enabled no, timing From the end of the former entry, delay 1 days, entry limit 2"
        " → enabled yes, timing From the start of the former entry, delay 1 days, entry limit 2"
    )


def test_thirty_copies_cost_no_more_queries_than_one(client, to, journey, count_queries):
    for number in range(30):
        copy = JourneyFactory(name=f"Copy {number}")
        if number == 0:
            record(journey, "duplicated", copy=copy.pk)
            one = count_queries(lambda: client.get(to("history", journey)))
        record(journey, "duplicated", copy=copy.pk)

    assert count_queries(lambda: client.get(to("history", journey))) == one
