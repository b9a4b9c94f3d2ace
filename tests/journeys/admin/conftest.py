from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from journeys.models import Journey
from tests.factories import UserFactory

# What whoever works with journeys may open at all.
SEES = ("view_journey", "view_entry", "view_visit")


@pytest.fixture
def admin_user(db: None) -> User:
    """Somebody who may do everything."""
    return UserFactory(username="root")


@pytest.fixture
def client(admin_user: User) -> Client:
    """Logged in as somebody who may do everything."""
    client = Client()
    client.force_login(admin_user)
    return client


@pytest.fixture
def client_with(db: None) -> Callable[..., Client]:
    """Logged in as staff with these permissions of journeys, and those to see them."""

    def made(*codenames: str) -> Client:
        user = UserFactory(is_superuser=False)
        wanted = Permission.objects.filter(
            content_type__app_label="journeys", codename__in=[*SEES, *codenames]
        )
        user.user_permissions.set(wanted)
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def to() -> Callable[..., str]:
    """The address of a page: `to("close", journey)`."""

    def address(name: str, journey: Journey | None = None, *args: Any) -> str:
        return reverse(f"admin:journeys_journey_{name}", args=[*([journey.pk] if journey else []), *args])

    return address
