"""How a worker's connection is while it has a batch on record, and afterwards (docs/engine.md, On record)."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.sql import Sql, rows
from journeys.engine.guard import off_record
from tests.factories.maps import publish_map, start, wait
from tests.journeys.engine.tools import Engine

pytestmark = pytest.mark.django_db


def settings_of_the_connection() -> dict[str, str]:
    return dict(rows(Sql(
        "SELECT name, setting FROM pg_settings WHERE name IN ('idle_session_timeout', 'random_page_cost') ORDER BY name"
    )))  # fmt: skip


def test_it_is_as_before_when_all_that_was_due_has_moved(engine: Engine) -> None:
    before = settings_of_the_connection()
    journey = publish_map(start(), wait("rest", days=1))
    engine.run()
    engine.worker.move_batch(journey.pk, journey.version_id or 0)
    assert settings_of_the_connection() != before
    off_record()
    assert settings_of_the_connection() == before
    assert connection.is_usable()
