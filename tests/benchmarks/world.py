"""The data of the measurements: accounts with three people each, and the six-node journey of spec 5.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.demo import volume
from accounts.models import Audience, CustomAttribute, Score
from accounts.sql import Sql, row, run, sql
from journeys.engine import admit
from journeys.models import Draft, Journey, Node
from journeys.publishing import compile_draft

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
PEOPLE_EACH = 3
BATCH = 5_000
# What runs leave behind; not the accounts.
TRACES = (
    "journeys_entry, journeys_visit, journeys_counter, journeys_counterdelta, journeys_batch, accounts_event,"
    " accounts_accountchange, accounts_changereader"
)
LARGE = {"match": "all", "filters": [{"field": "account.employees", "operator": "at_least", "value": 10}]}


def clock() -> datetime:
    return NOW


@dataclass(frozen=True)
class Six:
    """The journey, and its nodes and paths by key (a path of a split by node and key)."""

    journey: Journey
    nodes: dict[str, int]
    paths: dict[tuple[str, str], int]
    value: str


def nodes(value: str) -> list[dict[str, Any]]:
    """Start, wait 0, split (about nine in ten go on), change the account's value, change its people's scores, end."""
    return [
        {"key": "start", "kind": "account_audience", "settings": {"audience": "Everybody"}, "next": "wait"},
        {"key": "wait", "kind": "wait", "settings": {"duration": {"value": 0, "unit": "minutes"}}, "next": "size"},
        {
            "key": "size", "kind": "split_accounts", "paths": [
                {"key": "large", "label": "Large", "condition": LARGE, "next": "value"},
                {"key": "rest", "label": "Other accounts", "other": True, "next": "end"},
            ],
        },
        {
            "key": "value", "kind": "take_action", "on": "accounts", "action": "account_change_data_value",
            "settings": {"attribute": "account.custom.segment", "value": value}, "next": "score",
        },
        {
            "key": "score", "kind": "take_action", "on": "people", "action": "change_score",
            "settings": {"score": "fit", "change": "+5"}, "next": "end",
        },
        {"key": "end", "kind": "merge", "next": None},
    ]  # fmt: skip


def people_the_world(accounts: int) -> None:
    """Accounts and people, what they are asked about, and a score for each person."""
    Score.objects.create(name="fit", label="Fit")
    CustomAttribute.objects.create(
        subject="account", name="segment", label="Segment", type="text", managed=True, updatable=True
    )
    Audience.objects.create(
        name="Everybody", condition={"match": "all", "filters": []}, created_at=NOW, updated_at=NOW
    )
    more_people(accounts)


def more_people(accounts: int) -> None:
    """So many more accounts."""
    volume.fill(accounts, PEOPLE_EACH)
    run(Sql(
        "INSERT INTO accounts_personscore (person_id, score_id, value) SELECT person.id, score.id, 0"
        " FROM accounts_person AS person CROSS JOIN accounts_score AS score ORDER BY person.id ON CONFLICT DO NOTHING"
    ))  # fmt: skip
    settle("accounts_account", "accounts_person", "accounts_accountperson", "accounts_personscore")


def publish(value: str) -> Six:
    """A new live journey that sets the accounts' value to this; no other run's, so that every account is changed."""
    journey = make(f"Set {value}", nodes(value))
    found = Node.objects.filter(version=journey.version).prefetch_related("paths")
    return Six(
        journey, {node.key: node.pk for node in found},
        {(node.key, path.key): path.pk for node in found for path in node.paths.all()}, value,
    )  # fmt: skip


def make(name: str, documents: list[dict[str, Any]]) -> Journey:
    """A live journey with these nodes."""
    journey = Journey.objects.create(
        name=name, time_zone="UTC", created_at=NOW, updated_at=NOW, ends_at=NOW + YEAR
    )
    Draft.objects.create(journey=journey, nodes=documents)
    compile_draft(journey, now=NOW)
    Journey.objects.filter(pk=journey.pk).update(
        version=journey.version,
        mode=journey.mode,
        status=Journey.Status.LIVE,
        published_at=NOW,
        started_at=NOW,
    )
    return Journey.objects.get(pk=journey.pk)


def start_over(six: Six) -> None:
    """Empty entries and visits, and everybody at the start of the journey, admitted by the engine."""
    run(Sql(f"TRUNCATE {TRACES}"))
    admit.admit(six.journey.pk, clock=clock)
    run(Sql("TRUNCATE accounts_event"))
    settle("accounts_account", "accounts_personscore", "journeys_entry")


def settle(*tables: str) -> None:
    """Nothing is left to do for the server: dead rows are gone, statistics fresh, pages written."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("CHECKPOINT")


def number(statement: str) -> int:
    """The one number that a statement gives."""
    found = row(Sql(statement))
    return int(found[0]) if found and found[0] is not None else 0


def transitions() -> int:
    """How many steps have been taken since `start_over`."""
    return number("SELECT count(*) FROM journeys_visit")


# What a run came to, whoever did it: visits, entries and values, a line for each sort of row; entries by account.
RESULT = """
    SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT concat_ws(',', 'visit', node.key, visit.number, path.key, done, skipped, visit.reason,
                         visit.arrived_at, left_at, sum((detail ->> 'account.employees')::bigint),
                         count(*), sum(account_id)) AS line
        FROM journeys_visit AS visit JOIN journeys_entry AS entry ON entry.id = visit.entry_id
        JOIN journeys_node AS node ON node.id = visit.node_id JOIN journeys_path AS path ON path.id = visit.path_id
        GROUP BY node.key, visit.number, path.key, done, skipped, visit.reason, visit.arrived_at, left_at
        UNION ALL
        SELECT concat_ws(',', 'entry', node.key, entry.visit, entry.status, due_at, arrived_at, ended_at, reason,
                         count(*), sum(account_id))
        FROM journeys_entry AS entry JOIN journeys_node AS node ON node.id = entry.node_id
        GROUP BY node.key, entry.visit, entry.status, due_at, arrived_at, ended_at, reason
        UNION ALL
        SELECT concat_ws(',', 'account', count(*), sum(id)) FROM accounts_account
        WHERE custom = jsonb_build_object('segment', {value}::text)
    ) AS lines
"""


def result(six: Six) -> str:
    """A sum of all that a run has written."""
    found = row(sql(RESULT, value=six.value))
    assert found is not None
    return str(found[0])


def score_sum() -> int:
    return number("SELECT sum(value) FROM accounts_personscore")
