from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.nodes.timing import DAYS, exit_time, instant_of, is_zone, next_exits, uses_account_zone

BERLIN, NEW_YORK, LORD_HOWE, APIA = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
ZONES = [BERLIN, NEW_YORK, LORD_HOWE, APIA, "America/Havana", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"]


def local(text: str, zone: str = BERLIN, *, fold: int = 0) -> datetime:
    """An instant (UTC) from what clocks in the zone show."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def lasting(value: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"duration": {"value": value, "unit": unit}, **more}


def leave(settings: dict[str, Any], arrived: datetime, zone: str = BERLIN, account: str = "") -> datetime:
    return exit_time(settings, arrived, journey_zone=zone, account_zone=account)


class TestDuration:
    @pytest.mark.parametrize(
        ("value", "unit", "exit"),
        [
            (90, "minutes", "2027-03-01T11:30"),
            (48, "hours", "2027-03-03T10:00"),
            (5, "days", "2027-03-06T10:00"),
            (2, "weeks", "2027-03-15T10:00"),
            (1, "months", "2027-04-01T10:00"),
        ],
    )
    def test_adds_each_unit(self, value: int, unit: str, exit: str) -> None:
        assert leave(lasting(value, unit), local("2027-03-01T10:00")) == local(exit)

    @pytest.mark.parametrize("unit", ["minutes", "hours", "days", "weeks", "months"])
    def test_zero_goes_on_at_once(self, unit: str, now: datetime) -> None:
        assert leave(lasting(0, unit), now) == now

    def test_zero_days_in_the_repeated_hour_do_not_go_back(self) -> None:
        second = local("2027-10-31T02:30", fold=1)

        assert leave(lasting(0, "days"), second) == second

    @pytest.mark.parametrize(
        ("arrived", "months", "exit"),
        [
            ("2027-01-31T08:00", 1, "2027-02-28T08:00"),
            ("2028-01-31T08:00", 1, "2028-02-29T08:00"),
            ("2027-01-31T08:00", 2, "2027-03-31T08:00"),
            ("2027-10-31T08:00", 13, "2028-11-30T08:00"),
            ("2027-12-15T08:00", 1, "2028-01-15T08:00"),
        ],
    )
    def test_a_month_later_is_the_same_day_or_the_last(self, arrived: str, months: int, exit: str) -> None:
        assert leave(lasting(months, "months"), local(arrived)) == local(exit)

    def test_days_keep_the_local_time_over_a_clock_change_and_hours_do_not(self) -> None:
        arrived = local("2027-03-27T10:00")  # clocks go forward in the night

        assert leave(lasting(1, "days"), arrived) == local("2027-03-28T10:00")
        assert leave(lasting(24, "hours"), arrived) == local("2027-03-28T11:00")

    def test_a_local_time_in_the_gap_means_its_end(self) -> None:
        assert leave(lasting(1, "days"), local("2027-03-27T02:30")) == local("2027-03-28T03:00")
        assert leave(lasting(1, "days"), local("2027-03-13T02:59", NEW_YORK), NEW_YORK) == local(
            "2027-03-14T03:00", NEW_YORK
        )

    def test_a_local_time_that_exists_twice_means_the_first(self) -> None:
        assert leave(lasting(1, "days"), local("2027-10-30T02:30")) == datetime(
            2027, 10, 31, 0, 30, tzinfo=UTC
        )

    def test_half_an_hour_of_clock_change_on_lord_howe(self) -> None:
        spring, autumn = local("2027-10-02T02:15", LORD_HOWE), local("2027-04-03T01:45", LORD_HOWE)

        assert leave(lasting(1, "days"), spring, LORD_HOWE) == local("2027-10-03T02:30", LORD_HOWE)
        assert leave(lasting(1, "days"), autumn, LORD_HOWE) == local("2027-04-04T01:45", LORD_HOWE, fold=0)
        assert leave(lasting(1, "days"), autumn, LORD_HOWE) - autumn == timedelta(days=1)

    def test_the_day_that_apia_skipped_ends_at_once_when_the_next_begins(self) -> None:
        arrived = local("2011-12-29T09:00", APIA)

        assert leave(lasting(1, "days"), arrived, APIA) == local("2011-12-31T00:00", APIA)
        assert leave(lasting(2, "days"), arrived, APIA) == local("2011-12-31T09:00", APIA)

    def test_microseconds_of_the_arrival_stay(self) -> None:
        arrived = local("2027-03-01T10:00:00.123456")

        assert leave(lasting(1, "days"), arrived) == local("2027-03-02T10:00:00.123456")


class TestUntil:
    def test_waits_for_the_date(self, now: datetime) -> None:
        assert leave({"until": "2027-05-01T09:00:00Z"}, now) == datetime(2027, 5, 1, 9, tzinfo=UTC)

    def test_who_arrives_after_the_date_goes_on_at_once(self, now: datetime) -> None:
        assert leave({"until": "2027-02-01T09:00:00+02:00"}, now) == now

    def test_with_a_duration_the_later_counts(self, now: datetime) -> None:
        until = {"until": "2027-03-03T09:00:00Z"}

        assert leave(lasting(1, "days", **until), now) == datetime(2027, 3, 3, 9, tzinfo=UTC)
        assert leave(lasting(5, "days", **until), now) == now + timedelta(days=5)


class TestMustEndOn:
    WORKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"], "time": "09:00", "time_zone": BERLIN}

    def test_the_example_of_the_document(self) -> None:
        settings = lasting(5, "days", must_end_on=self.WORKDAYS)

        assert leave(settings, local("2027-03-01T10:00")) == local(
            "2027-03-08T09:00"
        )  # Saturday 10:00 → Monday
        assert leave(settings, local("2027-03-03T08:00")) == local("2027-03-08T09:00")  # Monday 08:00 → 09:00
        assert leave(settings, local("2027-03-03T09:00")) == local("2027-03-08T09:00")  # exactly then
        assert leave(settings, local("2027-03-03T09:01")) == local("2027-03-09T09:00")

    def test_alone_it_counts_from_the_arrival(self) -> None:
        assert leave({"must_end_on": self.WORKDAYS}, local("2027-03-05T09:00:01")) == local(
            "2027-03-08T09:00"
        )

    def test_days_without_a_time_mean_the_start_of_the_day(self) -> None:
        settings = {"must_end_on": {"days": ["tue"]}}

        assert leave(settings, local("2027-03-01T10:00")) == local("2027-03-02T00:00")
        assert leave(settings, local("2027-03-02T00:00")) == local("2027-03-02T00:00")
        assert leave(settings, local("2027-03-02T00:00:01")) == local("2027-03-09T00:00")

    def test_a_time_without_days_means_any_day(self) -> None:
        assert leave({"must_end_on": {"time": "23:59"}}, local("2027-03-06T12:00")) == local(
            "2027-03-06T23:59"
        )

    def test_a_time_in_the_gap_is_the_first_instant_after_it(self) -> None:
        settings = {"must_end_on": {"days": ["sun"], "time": "02:30"}}

        assert leave(settings, local("2027-03-27T12:00")) == local("2027-03-28T03:00")
        assert leave(settings, local("2027-03-28T03:00")) == local("2027-03-28T03:00")
        assert leave(settings, local("2027-03-28T03:01")) == local("2027-04-04T02:30")

    def test_a_time_that_exists_twice_is_the_first(self) -> None:
        settings = {"must_end_on": {"days": ["sun"], "time": "02:30"}}

        assert leave(settings, local("2027-10-31T01:00")) == local("2027-10-31T02:30")
        assert leave(settings, local("2027-10-31T02:10", fold=1)) == local("2027-11-07T02:30")

    def test_midnight_that_does_not_exist(self) -> None:
        zone = "America/Havana"  # 14 March 2027 starts at 01:00

        assert leave({"must_end_on": {"days": ["sun"]}}, local("2027-03-13T09:00", zone), zone) == local(
            "2027-03-14T01:00", zone
        )

    def test_the_day_that_apia_skipped_is_no_friday(self) -> None:
        friday = {"must_end_on": {"days": ["fri"], "time": "09:00"}}

        assert leave(friday, local("2011-12-29T09:00", APIA), APIA) == local("2012-01-06T09:00", APIA)

    def test_a_gap_over_midnight_still_ends_the_day_before(self) -> None:
        zone = "America/Toronto"  # 30 March 1919: 23:30 became 00:30 of the 31st
        settings = {"must_end_on": {"days": ["sun"], "time": "23:45"}}

        assert leave(settings, local("1919-03-30T12:00", zone), zone) == local("1919-03-31T00:30", zone)
        assert leave(settings, local("1919-03-31T00:30", zone), zone) == local("1919-03-31T00:30", zone)


class TestZones:
    ARRIVED = local("2027-03-01T10:00")

    def test_the_window_names_its_own(self) -> None:
        settings = {"must_end_on": {"time": "09:00", "time_zone": NEW_YORK}}

        assert leave(settings, self.ARRIVED) == local("2027-03-01T09:00", NEW_YORK)

    def test_a_duration_steps_in_its_own_else_the_windows_else_the_journeys(self) -> None:
        arrived = local("2027-03-13T10:00", NEW_YORK)  # New York changes that night, Berlin two weeks later

        assert leave(lasting(1, "days"), arrived) - arrived == timedelta(hours=24)
        assert leave(lasting(1, "days", time_zone=NEW_YORK), arrived) - arrived == timedelta(hours=23)
        ended = leave(lasting(1, "days", must_end_on={"time": "10:00", "time_zone": NEW_YORK}), arrived)
        assert ended == local("2027-03-14T10:00", NEW_YORK)

    @pytest.mark.parametrize("place", ["time_zone", "must_end_on"])
    def test_the_accounts_own(self, place: str) -> None:
        settings: dict[str, Any] = {"must_end_on": {"time": "09:00"}, "time_zone": "account"}
        if place == "must_end_on":
            settings = {"must_end_on": {"time": "09:00", "time_zone": "account"}}

        assert uses_account_zone(settings)
        assert leave(settings, self.ARRIVED, account=NEW_YORK) == local("2027-03-01T09:00", NEW_YORK)

    @pytest.mark.parametrize("unusable", ["", "Mars/Olympus", "../../etc/passwd", "europe/berlin", "Europe"])
    def test_an_account_without_a_usable_zone_takes_the_journeys(self, unusable: str) -> None:
        settings = {"must_end_on": {"time": "09:00", "time_zone": "account"}}

        assert leave(settings, self.ARRIVED, account=unusable) == local("2027-03-02T09:00")
        assert not is_zone(unusable)

    def test_others_do_not_ask_for_the_accounts(self) -> None:
        assert not uses_account_zone(lasting(1, "days", time_zone=BERLIN))


class TestPreview:
    def test_a_window_has_five(self) -> None:
        window = {"must_end_on": {"days": ["mon", "fri"], "time": "09:00"}}

        exits = next_exits(window, local("2027-03-01T09:00"), journey_zone=BERLIN)

        assert exits == [local(f"2027-03-{day}T09:00") for day in ("01", "05", "08", "12", "15")]

    def test_a_duration_has_one(self, now: datetime) -> None:
        assert next_exits(lasting(5, "minutes"), now, journey_zone="UTC") == [now + timedelta(minutes=5)]


zones = st.sampled_from(ZONES)
# Any instant from 2005 to 2040, and those within four days of some change of clocks.
CHANGES = [
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia leaves a day out
    datetime(2018, 11, 4, 3, tzinfo=UTC),  # São Paulo has no midnight
    datetime(2027, 3, 14, 6, tzinfo=UTC),  # New York and Havana forward
    datetime(2027, 3, 28, 1, tzinfo=UTC),  # Berlin forward
    datetime(2027, 4, 3, 15, tzinfo=UTC),  # Lord Howe back
    datetime(2027, 10, 31, 1, tzinfo=UTC),  # Berlin back
]
anywhere = st.builds(timedelta, microseconds=st.integers(0, 35 * 365 * 86_400_000_000)).map(
    lambda since: datetime(2005, 1, 1, tzinfo=UTC) + since
)
close = st.builds(timedelta, minutes=st.integers(-4 * 1440, 4 * 1440))
moments = anywhere | st.builds(lambda change, by: change + by, st.sampled_from(CHANGES), close)
durations = st.none() | st.tuples(
    st.integers(0, 40), st.sampled_from(["minutes", "hours", "days", "weeks", "months"])
)
days = st.lists(st.sampled_from(DAYS), unique=True)
times = st.none() | st.times().map(lambda value: value.strftime("%H:%M"))


class TestWhatever:
    @given(arrived=moments, zone=zones, duration=durations, days=days, at=times)
    def test_leaves_at_the_first_allowed_moment_not_before_the_arrival(
        self, arrived: datetime, zone: str, duration: tuple[int, str] | None, days: list[str], at: str | None
    ) -> None:
        window = {"days": days, **({"time": at} if at else {})}
        wait = lasting(*duration) if duration else {}
        base = leave(wait, arrived, zone)

        left = leave({**wait, "must_end_on": window}, arrived, zone)

        shown = left.astimezone(ZoneInfo(zone))
        wanted = time.fromisoformat(at or "00:00")
        assert arrived <= base <= left <= base + timedelta(days=15)
        assert not days or DAYS[shown.weekday()] in days
        assert (
            shown.time() == wanted
            or instant_of(datetime.combine(shown.date(), wanted), ZoneInfo(zone)) == left
        )
        assert left == min(_moments(base, zone, days, wanted))

    @given(arrived=moments, zone=zones, duration=durations)
    def test_calendar_steps_show_the_same_time_unless_it_is_missing(
        self, arrived: datetime, zone: str, duration: tuple[int, str] | None
    ) -> None:
        value, unit = duration or (1, "days")
        left = leave(lasting(value, unit), arrived, zone)

        if value and unit in ("days", "weeks", "months"):
            before, after = (moment.astimezone(ZoneInfo(zone)) for moment in (arrived, left))
            missing = instant_of(after.replace(tzinfo=None), ZoneInfo(zone)) == left and after.second == 0
            assert after.time() == before.time() or missing

    @given(earlier=moments, later=moments, zone=zones, days=days, at=times)
    def test_nobody_who_arrives_later_leaves_earlier(
        self, earlier: datetime, later: datetime, zone: str, days: list[str], at: str | None
    ) -> None:
        earlier, later = sorted((earlier, later))
        settings = lasting(3, "days", must_end_on={"days": days, **({"time": at} if at else {})})

        assert leave(settings, earlier, zone) <= leave(settings, later, zone)


def _moments(base: datetime, zone: str, days: list[str], at: time) -> list[datetime]:
    """By trying each day of three weeks: what `must end on` allows at or after the base."""
    first = base.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    found = [
        instant_of(datetime.combine(day, at), ZoneInfo(zone))
        for day in (first + timedelta(days=n) for n in range(21))
        if (not days or DAYS[day.weekday()] in days) and not (zone == APIA and day == date(2011, 12, 30))
    ]
    return [moment for moment in found if moment >= base]
