"""How changes of buying groups are put on record: what their events say, and the scores of a day."""

from __future__ import annotations

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.sql import EMPTY, Sql, sql

KEEP = """
    INSERT INTO buying_groups_groupscore (group_id, day, completeness, engagement)
    SELECT group_id, {day}::date, completeness, engagement FROM {relation}
    ON CONFLICT (group_id, day) DO UPDATE
    SET completeness = excluded.completeness, engagement = excluded.engagement
"""


def day_of(now: datetime) -> date:
    """The day of a moment where the installation counts days (reference U 20)."""
    return now.astimezone(ZoneInfo(settings.BUYING_GROUPS_TIME_ZONE)).date()


def keep_scores(relation: Sql, *, now: datetime) -> Sql:
    """An upsert of the day's row for each of `relation` (group_id, completeness, engagement: as they are now).

    `relation` is what follows FROM; may stand in a WITH.
    """
    return sql(KEEP, day=day_of(now), relation=relation)


def payload(more: Sql = EMPTY) -> Sql:
    """What the event of a group says, over a relation with group_id, interest_id, interest_name.

    `more`: further pairs, as in `jsonb_build_object`.
    """
    return sql(
        "jsonb_build_object('group', group_id, 'solution_interest', interest_id, 'name', interest_name{more})",
        more=sql(", {more}", more=more) if more else EMPTY,
    )


def shown(score: Sql) -> Sql:
    """A score as it is displayed: whole, half up (spec 3.6)."""
    return sql("floor({score} + 0.5)", score=score)


def as_shown(score: float) -> int:
    """The same in Python."""
    return math.floor(score + 0.5)
