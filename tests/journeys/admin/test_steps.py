"""Steps of journeys in words: what the node is called, what it did, how the account left it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Event
from accounts.timelines import Happening
from journeys.admin import steps
from journeys.models import Entry
from tests.conftest import NOW

LATER = NOW + timedelta(days=4)


def line(at: datetime = NOW, **said: Any) -> Any:
    payload = {
        "journey": 7, "journey_name": "Welcome", "entry": 12, "number": 2, "node": "pause", "label": "A working week",
        "kind": "wait", "action": "", "left_at": at, "due_at": None, "path": "", "done": 0, "skipped": 0, "reason": "",
        "has_failed": False, "ended": "", **said,
    }  # fmt: skip
    [told] = steps.tell([Happening("journey_step", at, 12, 2, 1, Event.Source.JOURNEY, 7, payload)])
    return told


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ({}, "“A working week”"),
        ({"label": ""}, "Wait"),
        ({"label": "", "kind": "take_action", "action": "change_score"}, "Change Score"),
        ({"label": "", "kind": "gone", "action": "gone"}, "pause"),
    ],
)
def test_the_title_is_what_the_node_is_called(said: dict[str, Any], title: str):
    assert line(**said).title == title


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "in “Welcome”"),
        ({"path": "Large"}, "in “Welcome”, left by “Large”"),
        ({"path": "Large", "left_at": LATER}, "in “Welcome”, left by “Large” on 5 Mar 2027, 09:00"),
        ({"left_at": LATER}, "in “Welcome”, left on 5 Mar 2027, 09:00"),
        ({"done": 1200}, "in “Welcome”, done: 1,200"),
        ({"done": 1, "skipped": 2, "reason": "already_member"}, "in “Welcome”, done: 1, skipped: 2 (already member)"),
        ({"skipped": 2}, "in “Welcome”, skipped: 2"),
        ({"left_at": None}, "in “Welcome”, there now"),
        ({"left_at": None, "due_at": LATER}, "in “Welcome”, there until 5 Mar 2027, 09:00"),
        ({"left_at": None, "due_at": LATER, "has_failed": True}, "in “Welcome”, where an error has stopped it"),
        ({"ended": "completed"}, "in “Welcome”, the end of its journey"),
        ({"ended": "removed_by_staff", "left_at": LATER},
         "in “Welcome”, removed by staff on 5 Mar 2027, 09:00"),
    ],
)  # fmt: skip
def test_the_text_says_where_that_was_and_how_it_went_on(said: dict[str, Any], text: str):
    assert line(**said).text == text


@pytest.mark.parametrize("reason", Entry.Reason)
def test_every_end_has_its_words(reason: Entry.Reason):
    assert "_" not in line(ended=reason.label).text


def test_the_line_leads_to_the_entry_and_names_nobody_as_the_cause():
    told = line()

    assert told.url.endswith("/journeys/journey/7/entries/12/")
    assert (told.icon, told.cause, told.source, told.who) == ("hourglass_top", "", None, None)


def test_a_long_text_is_cut():
    assert len(line(journey_name="x" * 200, path="y" * 200).text) == 300
