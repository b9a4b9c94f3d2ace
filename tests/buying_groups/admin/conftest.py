from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory


@pytest.fixture
def client(db: None) -> Client:
    """Logged in as somebody who may do everything."""
    client = Client()
    client.force_login(UserFactory(username="root"))
    return client


@pytest.fixture
def client_with(db: None) -> Callable[..., Client]:
    """Logged in as staff with these permissions of buying groups and no others."""

    def made(*codenames: str) -> Client:
        user = UserFactory(is_superuser=False)
        wanted = Permission.objects.filter(content_type__app_label="buying_groups", codename__in=codenames)
        assert wanted.count() == len(codenames)
        user.user_permissions.set(wanted)
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def to() -> Callable[..., str]:
    """The address of a page: `to(Account, "change", account.pk)`."""

    def address(model: type[models.Model], name: str, *args: Any) -> str:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)

    return address


@pytest.fixture
def said() -> Callable[[Any], list[str]]:
    """The messages that the next page says."""

    def messages(answer: Any) -> list[str]:
        return [str(message) for message in answer.context["messages"]]

    return messages
