"""What tests of admin pages have in common: who looks at them, where they are, what they say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory


def staff_with(app: str, codenames: Collection[str]) -> Client:
    """A client of somebody with these permissions of the app and no others."""
    user = UserFactory(is_superuser=False)
    wanted = Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
    assert wanted.count() == len(codenames)
    user.user_permissions.set(wanted)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(db: None) -> Client:
    """Logged in as somebody who may do everything."""
    client = Client()
    client.force_login(UserFactory(username="root"))
    return client


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
