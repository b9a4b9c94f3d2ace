from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.admin import client as client
from tests.factories.admin import said as said
from tests.factories.admin import staff_with
from tests.factories.admin import to as to


@pytest.fixture
def client_with(db: None) -> Callable[..., Client]:
    """Logged in as staff with these permissions of accounts and no others."""
    return lambda *codenames: staff_with("accounts", codenames)
