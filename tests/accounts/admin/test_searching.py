"""A search of a list that finds nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import AccountFactory
from tests.factories.admin import staff_with

pytestmark = pytest.mark.django_db


def found(client, **params) -> str:
    return client.get(reverse("admin:accounts_account_changelist"), params).content.decode()


def test_says_what_to_do(client):
    AccountFactory(name="Acme")

    page = found(client, q="nobody")

    assert "Nothing fits this search. Clear it, or ask for less." in page
    assert "yielded" not in page
    assert 'href="?"' in page
    assert "Acme" in found(client)


def test_offers_nothing_that_is_not_allowed():
    page = found(staff_with("accounts", ["view_account"]), q="nobody")

    assert "Clear search and filters" in page
    assert "Create a new item" not in page
    assert reverse("admin:accounts_account_add") not in page
