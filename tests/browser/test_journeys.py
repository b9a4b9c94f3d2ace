"""Journeys as staff use them: built as a document, published, watched; with the keyboard; without other hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from journeys import services
from journeys.engine.worker import Worker
from journeys.models import Journey
from journeys.rounds import go_round
from tests.factories import AccountFactory, AccountListFactory, JourneyFactory
from tests.factories.journeys import in_status

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

MAP = """nodes:
- key: start
  kind: account_audience
  settings: {account_list: Enterprise}
  next: pause
- key: pause
  kind: wait
  settings: {duration: {value: 2, unit: days}}
  next: null
"""


@pytest.fixture(autouse=True)
def _nothing_from_elsewhere(elsewhere: list[str], errors: list[str]) -> Iterator[None]:
    yield
    assert elsewhere == []
    assert errors == []


def to(name: str, *args: Any) -> str:
    return reverse(f"admin:journeys_journey_{name}", args=args)


def move() -> None:
    worker = Worker(size=100)
    while go_round(worker):
        pass


def test_a_journey_from_its_name_to_its_numbers(page: Page):
    AccountListFactory(name="Enterprise", members=AccountFactory.create_batch(3))
    page.goto("/admin/")
    page.get_by_role("link", name="Create journey").click()
    page.get_by_label("Name").fill("Welcome <b>large</b> banks")
    page.get_by_role("button", name="Create").click()

    expect(page.get_by_text("choose an account list or an audience")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    page.get_by_label("The map as a document").fill(MAP)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No problems: ready to publish.")).to_be_visible()

    page.get_by_role("link", name="Publish").click()
    page.get_by_label("End").fill(f"{timezone.now() + timedelta(days=30):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Review the forecast").click()
    expect(page.get_by_text("accounts qualify now")).to_be_visible()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("#journey-status")).to_have_text("Live")

    move()

    # By itself: nobody loads the page again.
    expect(page.locator('[data-count="node.pause.there"]')).to_have_text("3")
    page.locator('[data-of="pause.there"] a').click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("link", name="Why?").first.click()
    expect(page.get_by_text("is here now")).to_be_visible()


def test_a_page_shows_by_itself_that_the_status_has_changed(page: Page):
    journey = in_status("live", now=timezone.now())
    page.goto(to("change", journey.pk))
    Journey.objects.filter(pk=journey.pk).update(status="closed")
    expect(page.locator("#journey-status")).to_have_text("Closed to new entries")


class TestTheDocument:
    def test_a_click_on_a_problem_selects_its_line(self, page: Page):
        journey = JourneyFactory(
            nodes=[{"key": "start", "kind": "account_audience", "next": "w"}, {"key": "w", "kind": "wait"}]
        )
        page.goto(to("document", journey.pk))

        page.get_by_role("button", name="line 5").click()

        selected = page.evaluate(
            "() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd) }"
        )
        assert selected == "- key: w"

    def test_is_saved_with_the_keyboard_and_refused_with_its_line(self, page: Page):
        page.goto(to("document", JourneyFactory().pk))
        page.get_by_label("The map as a document").fill("nodes:\n- key: a\n  kind: jump\n")
        page.keyboard.press("Control+s")

        expect(page.get_by_role("heading", name="Not saved")).to_be_visible()
        expect(page.get_by_role("button", name="line 3")).to_be_visible()

    def test_a_save_of_somebody_else_is_shown(self, page: Page):
        journey = JourneyFactory()
        page.goto(to("document", journey.pk))
        journey.draft.revision = 5
        journey.draft.save()
        page.get_by_label("The map as a document").fill(MAP)
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_role("button", name="Save mine in its place")).to_be_visible()
        assert page.get_by_label("The map as a document").input_value() == MAP


class TestWithTheKeyboard:
    def test_columns_are_chosen(self, page: Page):
        JourneyFactory()
        page.goto(to("changelist"))
        page.get_by_role("button", name="Customise table").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_label("Name")).to_be_disabled()
        for _ in range(2):
            page.keyboard.press("Tab")
        dialog.get_by_label("Description").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")

        expect(page.get_by_role("columnheader", name="Description")).to_have_count(0)
        expect(page.get_by_role("columnheader", name="Status")).to_be_visible()

    def test_the_dialog_is_left_by_escape(self, page: Page):
        JourneyFactory()
        page.goto(to("changelist"))
        page.get_by_role("button", name="Customise table").press("Enter")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()

    def test_the_menu_of_a_row_opens_and_is_walked(self, page: Page):
        journey = in_status("live", now=timezone.now(), name="Plan")
        page.goto(to("changelist"))
        page.get_by_role("button", name="Menu of Plan").press("Enter")
        expect(page.get_by_role("link", name="Open", exact=True)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("link", name="Abort")).to_be_focused()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile(to("abort", journey.pk)))
        expect(page.get_by_text("This is for good")).to_be_visible()

    def test_the_name_is_changed_in_place(self, page: Page):
        journey = JourneyFactory(name="Old")
        page.goto(to("change", journey.pk))
        page.get_by_label("Name of the journey").fill("New")
        page.keyboard.press("Enter")

        expect(page.get_by_text("The journey has its new name.")).to_be_visible()
        assert Journey.objects.get(pk=journey.pk).name == "New"


def test_a_chosen_file_leaves_the_name_alone(page: Page, tmp_path: Path):
    path = tmp_path / "onboarding.yaml"
    path.write_bytes(services.export(JourneyFactory(name="Onboarding"), by=None))
    page.goto(to("import"))
    page.wait_for_load_state("load")
    page.get_by_label("File").set_input_files(path)

    expect(page.get_by_label("Name")).to_have_value("")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("A journey named “Onboarding” exists.")).to_be_visible()


def test_several_are_closed_at_once_after_a_confirmation(page: Page):
    for status in ("live", "draft"):
        in_status(status, now=timezone.now(), name=f"The {status} one")
    page.goto(to("changelist"))
    for box in page.get_by_role("checkbox", name="Select record").all():
        box.check()
    page.get_by_role("combobox").select_option("close_selected")
    page.get_by_role("button", name="Run").click()

    expect(page.get_by_text("Draft: only for Live.")).to_be_visible()
    page.get_by_role("button", name="Close to new entries").click()

    expect(page.get_by_text("1 journey closed to new entries.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_need_nothing_from_another_host_nor_scripts_that_fail(page: Page, theme: Any):
    page.emulate_media(color_scheme=theme)
    journey = in_status("live", now=timezone.now())
    for address in (
        "/admin/",
        to("changelist"),
        to("change", journey.pk),
        to("entries", journey.pk),
        to("document", journey.pk),
    ):
        answer = page.goto(address)
        assert answer
        assert answer.ok
        page.wait_for_load_state("networkidle")
