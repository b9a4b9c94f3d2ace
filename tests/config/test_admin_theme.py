"""What of the theme's own templates is ours."""

from __future__ import annotations

import re

import pytest

from accounts.models import Account
from tests.factories import AccountFactory
from tests.factories.admin import client as client
from tests.factories.admin import to as to

pytestmark = pytest.mark.django_db


def test_breadcrumbs_call_things_as_they_are_called(client, to):
    account = AccountFactory(name="messy.csv")
    page = client.get(to(Account, "change", account.pk)).content.decode()
    crumbs = [text.strip() for text in re.findall(r"tracking-tight\">(.*?)</", page, re.DOTALL)]

    assert crumbs[-2:] == ["Accounts", "messy.csv"]


def test_the_current_page_of_a_list_is_marked(client, to):
    AccountFactory.create_batch(51)
    page = client.get(to(Account, "changelist")).content.decode()

    assert '<span class="tl-page-now" aria-current="page">1</span>' in page
