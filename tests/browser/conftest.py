"""Debian's Chromium over a live server. Whatever a page asks another host for is refused, and noted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import UserFactory

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# Milliseconds until something must be seen. A page looks every four seconds for what is new, and may load anew then.
PATIENCE = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    # Playwright's loop lives in the thread of the tests; Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def staff(transactional_db: None) -> User:
    """Somebody who may do everything."""
    return UserFactory(username="anna")


@pytest.fixture
def elsewhere() -> list[str]:
    """What pages have asked other hosts for."""
    return []


@pytest.fixture
def errors() -> list[str]:
    """What went wrong in scripts of pages."""
    return []


@pytest.fixture
def page(
    browser: Browser, live_server: LiveServer, staff: User, elsewhere: list[str], errors: list[str]
) -> Iterator[Page]:
    """A page of somebody who is logged in, at 1440 × 900."""
    client = Client()
    client.force_login(staff)
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    context.set_default_timeout(PATIENCE)

    def only_here(route: Route) -> None:
        if route.request.url.startswith((live_server.url, "data:", "blob:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
