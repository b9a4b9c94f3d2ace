"""Clients of the API: `client_of(user_with("accounts.view_account"), scopes=["read"])`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import caches
from django.db import transaction
from rest_framework.test import APIClient

from accounts.api import clock
from accounts.services import tokens
from tests.conftest import NOW
from tests.factories.accounts import UserFactory


def user_with(*permissions: str) -> User:
    """A user who may do this and nothing else."""
    user = UserFactory(is_superuser=False)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def client_of(user: User | None = None, *, scopes: Sequence[str] = ()) -> APIClient:
    """A client with a token of this user; without one, of somebody who may do everything."""
    _, text = tokens.create(user or UserFactory(), scopes=scopes, by=None, now=NOW)
    caches["throttle"].clear()
    return client_with(text)


def client_with(token: str) -> APIClient:
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}", raise_request_exception=False)


def pointers(answer: Any) -> dict[str, str]:
    """The faults of a problem: their places, each with its code."""
    assert answer["Content-Type"] == "application/problem+json"
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


def offers_exactly(refused: Any, acts: Mapping[str, Callable[[], Any]]) -> set[str]:
    """What a 409 offers, once each of `acts` was tried, and undone: those that it offers are done, the others not."""
    assert refused.status_code == 409, refused.content
    offered = set(refused.json()["allowed_actions"])
    assert offered <= set(acts)
    for name, act in acts.items():
        with transaction.atomic():
            status = act().status_code
            transaction.set_rollback(True)
        assert (name, status < 300) == (name, name in offered)
        assert name in offered or status == 409
    return offered


@contextmanager
def clock_at(now: datetime) -> Iterator[None]:
    """The API's clock stands still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now)
        yield
