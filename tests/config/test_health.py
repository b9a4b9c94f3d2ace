from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from config import health
from journeys.engine.worker import database_clock
from journeys.models import EngineState, Entry, Journey
from tests.factories import AccountFactory
from tests.factories.maps import publish_map, start

ROOT = Path(__file__).resolve().parents[2]
ASK_WITHOUT_A_DATABASE = """
import django; django.setup()
from django.test import Client
answer = Client(headers={"host": "localhost"}).get("/readyz")
alive = Client(headers={"host": "localhost"}).get("/healthz")
print(answer.status_code, answer.content.decode(), alive.status_code)
"""


@pytest.fixture(autouse=True)
def ask_for_migrations_again() -> Iterator[None]:
    health.migrated.clear()
    yield
    health.migrated.clear()


def someone_due(since: datetime | None) -> Entry:
    journey = publish_map(start(), now=database_clock())
    node = journey.version.nodes.get()
    return Entry.objects.create(
        journey=journey, account=AccountFactory(), version=journey.version, node=node,
        arrived_at=database_clock(), started_at=database_clock(), due_at=since,
    )  # fmt: skip


class TestHealthz:
    def test_answers_without_a_login_and_without_the_database(self, client: Client):
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
        assert "no-cache" in answer["Cache-Control"]

    def test_can_only_be_read(self, client: Client):
        assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReadyz:
    def test_is_ready_and_says_how_the_engine_is(self, client: Client):
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ready",
            "database": "reachable",
            "engine": {"lag_seconds": 0.0, "asleep": 0, "last_round_at": None, "held": False},
        }

    def test_shows_how_late_the_engine_is(self, client: Client):
        someone_due(database_clock() - timedelta(seconds=90))
        assert 90 <= client.get("/readyz").json()["engine"]["lag_seconds"] < 120

    def test_shows_an_entry_that_nothing_wakes(self, client: Client):
        someone_due(None)
        assert client.get("/readyz").json()["engine"]["asleep"] == 1

    def test_shows_a_hold_but_not_its_reason(self, client: Client, now: datetime):
        EngineState.objects.create(held_at=now, held_because="Somebody's words", last_round_at=now)
        answer = client.get("/readyz")
        assert answer.json()["engine"]["held"] is True
        assert answer.json()["engine"]["last_round_at"] == "2027-03-01T09:00:00Z"
        assert b"words" not in answer.content

    def test_a_held_journey_is_not_late(self, client: Client, now: datetime):
        entry = someone_due(database_clock() - timedelta(days=1))
        Journey.objects.filter(pk=entry.journey_id).update(held_at=now)
        assert client.get("/readyz").json()["engine"]["lag_seconds"] == 0

    def test_is_not_ready_while_migrations_are_missing(self, client: Client):
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM django_migrations WHERE (app, name) ="
                " (SELECT app, max(name) FROM django_migrations WHERE app = 'journeys' GROUP BY app)"
            )
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "not ready", "database": "reachable", "missing_migrations": 1}

    def test_asks_for_migrations_until_there_are_none(self, client: Client):
        client.get("/readyz")
        assert health.migrated.is_set()


def test_without_its_database_it_is_alive_but_not_ready():
    environ = os.environ | {
        "DATABASE_URL": "postgresql://nobody:a-secret@127.0.0.1:1/nothing",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    asked = subprocess.run(
        [sys.executable, "-c", ASK_WITHOUT_A_DATABASE],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert asked.stdout.strip() == '503 {"status": "not ready", "database": "unreachable"} 200'
    assert "a-secret" not in asked.stdout + asked.stderr
