from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from rest_framework.test import APIClient

from tests.factories.api import client_of, clock_at


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with clock_at(now):
        yield


@pytest.fixture
def client(db: None) -> APIClient:
    """Somebody who may do everything."""
    return client_of()
