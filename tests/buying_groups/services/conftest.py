from __future__ import annotations

from typing import Any

import pytest

from tests.factories import UserFactory


@pytest.fixture
def staff() -> Any:
    """Somebody who may do everything."""
    return UserFactory()


@pytest.fixture
def someone() -> Any:
    """Staff without any permission."""
    return UserFactory(is_superuser=False)
