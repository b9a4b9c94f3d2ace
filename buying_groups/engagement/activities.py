"""What counts as activity: which events, how much each weighs, how often a day (reference 8.1, 8.4)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.sql import Sql, sql
from buying_groups import record
from buying_groups.models import WeightingModel

DAYS = 30
CAP = 20
"""What a person does more often than this on one day, of one kind, counts no more."""

# An event is received after it occurred, give or take the clock of who sent it: so the window bounds both, and an
# index of the moment of receipt leads to it.
SKEW = timedelta(days=1)
# `raw`: the sum of weights is one of whole numbers, so the same in whatever order it is read; it is divided once, by
# the highest weight of a kind that occurred. `counted` has a row for each person, kind and day.
RAW = """
    weight AS MATERIALIZED (
        SELECT activity.event_type_id AS type_id, band.value
        FROM buying_groups_weightingmodel model
        JOIN buying_groups_activityweight activity ON activity.model_id = model.id
        JOIN buying_groups_weightband band ON band.id = activity.band_id
        WHERE model.status = {active} AND band.value > 0
    ), counted AS MATERIALIZED (
        SELECT person_id, type_id, least(count(*), {cap}) AS times FROM accounts_event
        WHERE person_id IS NOT NULL AND type_id IN (SELECT type_id FROM weight)
            AND occurred_at > {since}::timestamptz AND occurred_at <= {now}::timestamptz
            AND received_at > {received_since}::timestamptz
        GROUP BY person_id, type_id, width_bucket(occurred_at, {midnights}::timestamptz[])
    ), heaviest AS MATERIALIZED (
        SELECT max(value) AS value FROM weight WHERE type_id IN (SELECT type_id FROM counted)
    ), raw AS (
        SELECT person_id, sum(times * weight.value)::double precision / (SELECT value FROM heaviest) AS score
        FROM counted JOIN weight ON weight.type_id = counted.type_id GROUP BY person_id
    )
"""


def raw(now: datetime) -> Sql:
    """Pieces of a WITH, the last of them `raw` (person_id, score): whoever did something that weighs something.

    The weights are those of the active model.
    """
    since = now - timedelta(days=DAYS)
    return sql(
        RAW, active=WeightingModel.Status.ACTIVE.value, cap=CAP, since=since, now=now,
        received_since=since - SKEW, midnights=midnights(since, now),
    )  # fmt: skip


def midnights(since: datetime, until: datetime) -> list[datetime]:
    """The beginnings of the days after `since`, in their order, where the installation counts days."""
    zone = ZoneInfo(settings.BUYING_GROUPS_TIME_ZONE)
    first, last = record.day_of(since), record.day_of(until)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return [datetime.combine(day, time.min, zone) for day in days]
