"""Exports at once: some, so that the web server has threads left for pages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections
from django.urls import reverse

from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
BUSY = "Other exports are running"


@pytest.fixture
def url() -> str:
    AccountFactory(name="Acme", industry="Steel")
    return reverse("admin:accounts_account_export")


def running(client, url):
    """Exports that have begun, and nobody reads on."""
    return [client.get(url) for _ in range(settings.EXPORTS_AT_ONCE)]


def break_off(response):
    """As the web server does when the client is gone; the test goes on with its connection."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def test_one_more_goes_back_to_its_list_and_says_why(client, url):
    begun = running(client, url)
    refused = client.get(f"{url}?industry=steel", follow=True)
    assert refused.redirect_chain == [(f"{reverse('admin:accounts_account_changelist')}?industry=steel", 302)]
    assert BUSY in refused.content.decode()
    assert [response.status_code for response in begun] == [200] * settings.EXPORTS_AT_ONCE


def test_one_that_is_over_lets_the_next_one_go(client, url):
    begun = running(client, url)
    assert b"Acme" in b"".join(begun[0].streaming_content)
    assert b"Acme" in b"".join(client.get(url).streaming_content)


def test_one_that_is_broken_off_lets_the_next_one_go(client, url):
    begun = running(client, url)
    break_off(begun[0])
    # However often it is closed, one goes in its place.
    break_off(begun[0])
    instead = client.get(url)
    assert (instead.status_code, client.get(url).status_code) == (200, 302)
