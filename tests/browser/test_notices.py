"""The bell: what has become of the work that one has asked for is said on whatever page one is, and kept."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import notices
from accounts.models import Notice
from tests.conftest import NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
DONE = {"file": "fair.csv", "created": 1200, "updated": 0, "failed": 0}
SAID = "The import of “fair.csv” is done. Created: 1,200, updated: 0, left out: 0."


@pytest.fixture(autouse=True)
def _clean(elsewhere, errors):
    """Nothing goes wrong in scripts, and no other host is asked."""
    yield
    assert elsewhere == []
    assert errors == []


@pytest.fixture
def told(staff: User):
    return lambda: notices.tell(staff.pk, "import_done", DONE, level="good", now=NOW)


def test_a_new_notice_is_said_once_and_counted_until_it_is_read(page: Page, told):
    told()
    page.goto(reverse("admin:index"))
    popped, count = page.get_by_role("status").get_by_text(SAID), page.locator(".ac-bell-count")
    expect(popped).to_be_visible()
    expect(count).to_have_text("1")

    page.get_by_role("button", name="Close").click()
    expect(popped).to_have_count(0)
    page.goto(reverse("admin:accounts_account_changelist"))
    expect(count).to_have_text("1")
    expect(popped).to_have_count(0)

    with page.expect_response("**/notice/read/"):
        page.get_by_role("link", name="Notices").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(count).to_be_hidden()
    assert Notice.objects.get().read_at is not None


def test_it_is_said_while_one_is_on_a_page(page: Page, told):
    page.clock.install()
    page.goto(reverse("admin:index"))
    expect(page.locator(".ac-bell")).to_be_visible()
    told()

    page.clock.run_for(16_000)

    expect(page.get_by_role("status").get_by_text(SAID)).to_be_visible()
