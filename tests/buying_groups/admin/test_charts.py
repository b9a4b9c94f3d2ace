"""Where the parts of a chart stand."""

from __future__ import annotations

from datetime import date

from buying_groups.admin import charts
from buying_groups.reports.history import Point

TODAY = date(2027, 3, 1)
SIZE = {"width": 142, "height": 130}  # 100 × 100 between the margins


def drawn(*points, **size):
    return charts.scores([Point(*point) for point in points], today=TODAY, **{**SIZE, **size})


class TestLines:
    def test_stay_level_until_the_next_change_and_go_on_until_today(self):
        chart = drawn((date(2027, 2, 19), 0, 100), (date(2027, 2, 24), 50, 100))

        completeness, engagement = chart.lines
        assert completeness.path == "M30.0 108.0H80.0V58.0H130.0"
        assert engagement.path == "M30.0 8.0H80.0V8.0H130.0"
        assert (completeness.end, completeness.value) == ((130.0, 58.0), 50)

    def test_begin_when_the_score_was_first_computed(self):
        chart = drawn((date(2027, 2, 19), 0, None), (date(2027, 2, 24), 0, 25.5))

        assert chart.lines[1].path == "M80.0 82.5H130.0"
        assert chart.lines[1].value == 26

    def test_a_score_that_was_never_computed_has_none(self):
        assert [line.key for line in drawn((TODAY, None, 5)).lines] == ["engagement"]

    def test_of_a_single_day_are_seen(self):
        chart = drawn((TODAY, 40, None))

        assert (chart.first, chart.last) == (date(2027, 2, 28), TODAY)
        assert chart.lines[0].path == "M130.0 68.0H130.0"


class TestTicks:
    def test_begin_with_the_first_day_and_end_with_the_last(self):
        ticks = drawn((date(2027, 2, 19), 0, 0), ticks=3).ticks

        assert [(x, day, anchor) for x, day, anchor in ticks] == [
            (30.0, date(2027, 2, 19), "start"), (80.0, date(2027, 2, 24), "middle"), (130.0, TODAY, "end"),
        ]  # fmt: skip

    def test_are_no_more_than_there_are_days(self):
        assert len(drawn((date(2027, 2, 28), 0, 0), ticks=6).ticks) == 2


def test_without_scores_there_is_no_chart():
    assert drawn() is None
