"""Web processes on one Redis count the requests of a token together."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings
from pytest_django import Settings

from accounts.api.throttle import spend
from config import caches
from tests.faults.processes import database_url

# It needs no database; a process of ours has one.
pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]

SPEND = """
import sys, django
django.setup()
from accounts.api.throttle import spend
print([spend(sys.argv[1], "3/hour", now=0.0) for _ in range(2)])
"""


def test_two_processes_count_together(settings: Settings) -> None:
    settings.CACHES = caches.of(os.environ["REDIS_URL"])
    key = f"throttle:{uuid4()}"

    assert [spend(key, "3/hour", now=0), spend(key, "3/hour", now=0)] == [0, 0]
    assert elsewhere(key) == "[0.0, 1200.0]"
    assert spend(key, "3/hour", now=600) == 600


def elsewhere(key: str) -> str:
    """What another process is told that sends two more requests."""
    found = subprocess.run(
        [sys.executable, "-c", SPEND, key],
        cwd=settings.BASE_DIR,
        env={
            **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(), "BROKER_URL": os.environ["REDIS_URL"],
        },
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return found.stdout.strip()
