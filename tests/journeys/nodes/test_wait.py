from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from journeys.nodes.wait import Wait
from tests.conftest import NOW
from tests.factories import AccountFactory
from tests.journeys.nodes.tools import (
    ONWARD,
    accounts_in,
    cohort_of,
    findings,
    frozen,
    parked,
    said,
    travel,
    upper,
)

KIND = Wait()
FIVE_DAYS = {"value": 5, "unit": "days"}
MAY = "2027-05-01T09:00:00Z"
DAY = timedelta(days=1)


def wait(**settings: Any) -> dict[str, Any]:
    return {"key": "pause", "kind": "wait", "label": "Rest", "settings": settings, "next": "tell"}


class TestTheDocument:
    def test_has_a_duration_a_date_a_window_and_a_zone(self):
        properties = KIND.schema()["properties"]

        assert list(properties) == ["duration", "until", "must_end_on", "time_zone"]
        assert properties["duration"]["properties"]["unit"]["enum"] == [
            "minutes",
            "hours",
            "days",
            "weeks",
            "months",
        ]
        assert properties["until"]["format"] == "date-time"
        assert list(properties["must_end_on"]["properties"]) == ["days", "time", "time_zone"]

    @pytest.mark.parametrize(
        "settings",
        [
            {"duration": {"value": 0, "unit": "minutes"}},
            {"duration": {"value": 36, "unit": "months"}, "time_zone": "account"},
            {"until": "2027-05-01T09:00:00+02:00"},
            {"duration": FIVE_DAYS, "until": "2027-05-01T09:00:00Z"},
            {"must_end_on": {"days": ["mon", "fri"]}},
            {"duration": FIVE_DAYS, "must_end_on": {"time": "09:00", "time_zone": "Europe/Berlin"}},
        ],
    )
    def test_nothing_is_wrong_with_a_right_one(self, settings: dict[str, Any]):
        assert said(KIND, wait(**settings)) == []

    @pytest.mark.parametrize(
        ("settings", "found"),
        [
            ({}, ("missing", "/settings", False)),
            ({"time_zone": "UTC"}, ("missing", "/settings", False)),
            ({"duration": {"unit": "days"}}, ("missing", "/settings/duration/value", False)),
            ({"duration": {"value": -1, "unit": "days"}}, ("out_of_range", "/settings/duration/value", True)),
            ({"duration": {"value": 37, "unit": "months"}}, ("out_of_range", "/settings/duration/value", True)),
            ({"duration": {"value": 1, "unit": "years"}}, ("unknown_choice", "/settings/duration/unit", True)),
            ({"duration": FIVE_DAYS, "time_zone": "Mars"}, ("unknown_zone", "/settings/time_zone", True)),
            ({"until": "2027-05-01T09:00:00"}, ("wrong_type", "/settings/until", True)),
            ({"must_end_on": {}}, ("missing", "/settings/must_end_on", False)),
            ({"must_end_on": {"days": ["monday"]}}, ("unknown_choice", "/settings/must_end_on/days", True)),
            ({"must_end_on": {"time": "24:00"}}, ("wrong_type", "/settings/must_end_on/time", True)),
            ({"until": MAY, "must_end_on": {"time": "09:00"}}, ("not_together", "/settings/must_end_on", True)),
            ({"duration": FIVE_DAYS, "event": "visit"}, ("unknown_setting", "/settings/event", True)),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_and_where(self, settings: dict[str, Any], found: tuple[str, str, bool]):
        assert said(KIND, wait(**settings)) == [found]

    def test_says_it_in_words(self):
        (long,) = findings(KIND, wait(duration={"value": 1_097, "unit": "days"}))
        (zone,) = findings(KIND, wait(duration=FIVE_DAYS, time_zone="Mars"))

        assert long.message == "Duration: from 0 to 1,096 days, not 1097."
        assert (
            zone.message
            == "Time zone: there is no time zone “Mars”; write one like Europe/Berlin, or “account”."
        )

    def test_a_date_that_passes_becomes_a_problem_with_time(self):
        node = wait(until="2027-03-01T10:00:00+01:00")

        assert KIND.check_time(node, NOW - DAY) == []
        (passed,) = KIND.check_time(node, NOW)
        assert (passed.code, passed.pointer, passed.refused) == ("date_passed", "/settings/until", False)
        assert passed.message == "Wait: the date 2027-03-01 09:00 UTC has passed."

    @pytest.mark.parametrize(
        ("settings", "hours", "zone", "of_account"),
        [
            ({"duration": {"value": 1, "unit": "days"}}, [24], "Europe/Berlin", False),
            ({"until": "2027-01-01T00:00:00Z"}, [0], "Europe/Berlin", False),
            ({"must_end_on": {"time": "11:00"}}, [1, 25, 49, 73, 97], "Europe/Berlin", False),
            ({"must_end_on": {"time": "11:00"}, "time_zone": "UTC"}, [2, 26, 50, 74, 98], "UTC", False),
            (
                {"must_end_on": {"time": "11:00", "time_zone": "account"}},
                [1, 25, 49, 73, 97], "Europe/Berlin", True,
            ),
        ],
    )  # fmt: skip
    def test_shows_the_next_exits(
        self, settings: dict[str, Any], hours: list[int], zone: str, of_account: bool
    ):
        exits = KIND.next_exits(wait(**settings), now=NOW, time_zone="Europe/Berlin")

        assert exits.moments == [NOW + timedelta(hours=n) for n in hours]
        assert (exits.time_zone, exits.is_of_account) == (zone, of_account)

    @pytest.mark.parametrize("settings", [{}, {"duration": {"unit": "days"}}, {"must_end_on": {}}])
    def test_has_no_exits_while_it_is_not_complete(self, settings: dict[str, Any]):
        assert KIND.next_exits(wait(**settings), now=NOW, time_zone="UTC").moments == []

    def test_refers_to_nothing(self):
        assert KIND.map_references(wait(duration=FIVE_DAYS), upper) == wait(duration=FIVE_DAYS)

    @pytest.mark.parametrize("node", [wait(until="2027-05-01T09:00:00Z"), {"key": "pause", "kind": "wait"}])
    def test_a_bare_copy_waits_for_five_days(self, node: dict[str, Any]):
        assert KIND.without_details(node) == {**node, "settings": {"duration": FIVE_DAYS}}

    @pytest.mark.parametrize(
        ("settings", "line"),
        [
            ({}, ""),
            ({"duration": {"value": 1, "unit": "days"}}, "1 day"),
            ({"until": "2027-05-01T11:00:00+02:00"}, "until 2027-05-01 09:00 UTC"),
            (
                {
                    "duration": {"value": 5, "unit": "hours"},
                    "must_end_on": {"days": ["fri", "mon"], "time": "09:00", "time_zone": "account"},
                },
                "5 hours, ends Mon, Fri at 09:00 (account)",
            ),
        ],
    )  # fmt: skip
    def test_says_its_settings_in_one_line(self, settings: dict[str, Any], line: str):
        assert KIND.summary(wait(**settings)) == line


@pytest.mark.django_db
class TestTheWalk:
    def test_keeps_those_who_arrive_until_their_time(self):
        account = AccountFactory()

        arrival = KIND.arrive(frozen("wait", duration=FIVE_DAYS), cohort_of(account), travel())

        ((due, waiting),) = arrival.waiting
        assert (due, accounts_in(waiting)) == (NOW + 5 * DAY, [account.pk])
        assert not arrival.onward

    @pytest.mark.parametrize(
        "settings",
        [
            {"duration": {"value": 0, "unit": "days"}},
            {"until": "2027-02-28T09:00:00Z"},
            {"must_end_on": {"time": "09:00"}},
        ],
    )
    def test_lets_those_on_at_once_whose_time_has_come(self, settings: dict[str, Any]):
        account = AccountFactory()

        arrival = KIND.arrive(frozen("wait", **settings), cohort_of(account), travel())

        assert accounts_in(arrival.onward) == [account.pk]
        assert not arrival.waiting

    def test_reckons_in_the_zone_of_each_account(self):
        berlin, new_york, unknown = (
            AccountFactory(time_zone=zone) for zone in ("Europe/Berlin", "America/New_York", "")
        )
        node = frozen("wait", must_end_on={"time": "12:00", "time_zone": "account"})

        arrival = KIND.arrive(node, cohort_of(berlin, new_york, unknown), travel(time_zone="Asia/Tokyo"))

        assert {due: accounts_in(waiting) for due, waiting in arrival.waiting} == {
            datetime(2027, 3, 1, 11, tzinfo=UTC): [berlin.pk],
            datetime(2027, 3, 1, 17, tzinfo=UTC): [new_york.pk],
            datetime(2027, 3, 2, 3, tzinfo=UTC): [unknown.pk],
        }

    def test_counts_from_the_arrival_when_a_node_in_trouble_is_tried_again(self):
        early, late = AccountFactory.create_batch(2)
        waiting = parked(early, arrived=NOW - 6 * DAY) + parked(late, arrived=NOW - DAY)

        arrival = KIND.resume(frozen("wait", duration=FIVE_DAYS), waiting, travel())

        assert accounts_in(arrival.onward) == [early.pk]
        ((due, still),) = arrival.waiting
        assert (due, accounts_in(still)) == (NOW + 4 * DAY, [late.pk])
        assert all(part.claimed for part in (*arrival.onward.parts, *still.parts))

    def test_has_one_way_out(self):
        account = AccountFactory()

        (way,) = KIND.leave(frozen("wait", duration=FIVE_DAYS), parked(account), travel()).ways

        assert (way.path, accounts_in(way.cohort)) == (ONWARD, [account.pk])
