from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.sql import Sql, row, sql
from buying_groups import record


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 1), ("America/Los_Angeles", 1), ("Pacific/Auckland", 2), ("Asia/Tokyo", 2)]
)
def test_a_day_is_one_of_the_installation(settings, zone, day):
    settings.BUYING_GROUPS_TIME_ZONE = zone

    assert record.day_of(datetime(2027, 3, 1, 20, tzinfo=UTC)) == date(2027, 3, day)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("score", "shown"), [(0, 0), (66.67, 67), (49.5, 50), (50.5, 51), (33.33, 33), (100, 100)]
)
def test_a_score_is_shown_whole_and_half_up(score, shown):
    """66.67 is shown as 67 (contradiction C 3); halves go up, never to the even neighbour."""
    assert record.as_shown(score) == shown
    assert row(sql("SELECT {shown}", shown=record.shown(Sql(f"{score}::float8")))) == (shown,)
