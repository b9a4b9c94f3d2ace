from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from journeys.models import HistoryRecord
from tests.factories import UserFactory


@pytest.fixture
def said(now: datetime) -> dict[str, Any]:
    """What every service is told: by a member of staff who may do everything, now, in the admin."""
    return {"by": UserFactory(), "now": now, "interface": HistoryRecord.Interface.ADMIN}


@pytest.fixture
def by_somebody_with(now: datetime) -> Any:
    """The same by somebody with these permissions only."""

    def told(*codenames: str) -> dict[str, Any]:
        user = UserFactory(is_superuser=False)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return {"by": user, "now": now, "interface": HistoryRecord.Interface.ADMIN}

    return told


@pytest.fixture
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Transactions that really commit, so that several connections see one another's rows.

    Not `transaction=True`: that empties all tables afterwards, those that migrations have filled too.
    """
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE journeys_journey, journeys_enginestate, accounts_accountlist CASCADE")
