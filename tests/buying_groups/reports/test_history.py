from __future__ import annotations

from datetime import date

import pytest

from buying_groups.models import GroupScore
from buying_groups.reports import history
from buying_groups.reports.history import Point
from tests.factories import BuyingGroupFactory

pytestmark = pytest.mark.django_db


def test_gives_the_last_days_the_oldest_first():
    group = BuyingGroupFactory()
    GroupScore.objects.create(group=BuyingGroupFactory(), day=date(2027, 3, 1), completeness=1)
    for day in (3, 1, 2):
        GroupScore.objects.create(group=group, day=date(2027, 2, day), completeness=day, engagement=None)

    assert history.of_group(group, most=2) == [
        Point(date(2027, 2, 2), 2, None), Point(date(2027, 2, 3), 3, None),
    ]  # fmt: skip
    assert len(history.of_group(group)) == 3
