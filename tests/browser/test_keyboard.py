"""What the theme gives a mouse alone, by keyboard: filters, the user's menu, the sidebar (spec 6.1)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.factories import AccountFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
LAPTOP, TABLET = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}
# More presses of Tab than a page has stops.
STOPS = 60


@pytest.fixture(autouse=True)
def _clean(elsewhere, errors):
    """Nothing goes wrong in scripts, and no other host is asked."""
    yield
    assert elsewhere == []
    assert errors == []


@pytest.fixture
def accounts(page: Page) -> str:
    """The address of a list with filters, which starts with its sidebar as it is by default."""
    AccountFactory()
    return reverse("admin:accounts_account_changelist")


def tab_to(page: Page, wanted: Locator) -> None:
    """Walks with Tab from where the focus is until it is on this, which then shows a ring."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_filters_open_and_close(page: Page, accounts, size, key):
    page.set_viewport_size(size)
    page.goto(accounts)
    filters, panel = (
        page.get_by_role("button", name="Filters", exact=True),
        page.locator("#changelist-filter"),
    )
    expect(filters).to_have_attribute("aria-expanded", "false")

    tab_to(page, filters)
    page.keyboard.press(key)

    expect(panel).to_be_visible()
    expect(filters).to_have_attribute("aria-expanded", "true")
    expect(panel.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(filters).to_have_attribute("aria-expanded", "false")
    expect(filters).to_be_focused()


def test_the_menu_of_the_user_opens_and_its_theme_is_chosen(page: Page, accounts):
    page.goto(accounts)
    menu = button(page, "User menu")
    expect(menu).to_have_attribute("aria-expanded", "false")

    tab_to(page, menu)
    page.keyboard.press("Enter")

    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(button(page, "Light")).to_be_focused()
    tab_to(page, button(page, "Dark"))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class("dark")
    tab_to(page, button(page, "Log out"))
    page.keyboard.press("Escape")
    expect(button(page, "Log out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_sidebar_is_put_away_and_brought_back(page: Page, accounts):
    page.goto(accounts)
    toggle = button(page, "Sidebar")
    expect(toggle).to_have_attribute("aria-expanded", "true")

    tab_to(page, toggle)
    page.keyboard.press("Enter")

    expect(page.locator("#nav-sidebar")).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    expect(page.locator("#nav-sidebar")).to_be_visible()
    expect(toggle).to_be_focused()


def test_on_a_tablet_its_links_are_reached(page: Page, accounts):
    page.set_viewport_size(TABLET)
    page.goto(accounts)
    toggle = button(page, "Sidebar")

    tab_to(page, toggle)
    page.keyboard.press("Enter")

    expect(page.locator("#nav-sidebar :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#nav-sidebar")).to_be_hidden()
    expect(toggle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#nav-sidebar :focus")).to_have_count(1)
    tab_to(page, button(page, "Close the sidebar"))
    journeys = page.locator("#nav-sidebar a[href$='/journeys/journey/']")
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if journeys.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/journeys/journey/$"))


def test_the_search_opens(page: Page, accounts):
    page.goto(accounts)

    tab_to(page, page.locator("#nav-sidebar").get_by_role("button", name="Search"))
    page.keyboard.press("Enter")

    expect(page.locator("#search-input-command")).to_be_focused()
